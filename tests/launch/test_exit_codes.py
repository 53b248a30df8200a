"""Exit codes that the job did not choose: one table, which every layer and the runbook keep to."""

import ast
from pathlib import Path

import pytest
import yaml

from footfall.errors import DefectError, FootfallError, GateRefused, InfrastructureError
from footfall.launch.ending import is_worth_retrying
from footfall.launch.exit_codes import FOREIGN, OWN, kind_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0, None),
        (4, GateRefused),
        (8, DefectError),
        (None, InfrastructureError),  # lost with its pod
        (-9, InfrastructureError),  # as Python tells of a process that was killed
        (11, InfrastructureError),
        (50, InfrastructureError),
        (52, InfrastructureError),
        (53, InfrastructureError),
        (137, InfrastructureError),
        (143, InfrastructureError),
        (152, InfrastructureError),  # a signal that is not in the table
        (1, DefectError),
        (99, DefectError),
    ],
)
def test_every_code_means_one_kind_of_error(code: int | None, kind: type[FootfallError] | None) -> None:
    """Spark's own and those of killed processes are infrastructure; what nobody knows is not tried again."""
    assert kind_of(code) is kind
    assert is_worth_retrying(code) is (kind is InfrastructureError)


def test_no_foreign_code_is_one_of_the_job() -> None:
    """Else its meaning would depend on who is asked."""
    codes = [each.code for each in FOREIGN]
    assert codes == sorted(set(codes))
    assert not set(codes) & {0, *OWN}


def test_the_runbook_tells_each_foreign_code_as_the_table_does() -> None:
    """A row each: the code, what it counts as, what it means, where to look, what to do."""
    lines = (ROOT / "docs/operations.md").read_text(encoding="utf-8").splitlines()
    rows = [
        f"| {each.code} | {each.kind.exit_code} | {each.what} | {each.look} | {each.fix} |"
        for each in FOREIGN
    ]
    assert [row for row in rows if row not in lines] == []


def test_airflow_tries_the_same_codes_again() -> None:
    """Its operator has a list of its own, as footfall may be in another environment."""
    tree = ast.parse((ROOT / "airflow/plugins/footfall_run.py").read_text(encoding="utf-8"))
    (tried,) = [
        ast.literal_eval(each.value)
        for each in tree.body
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "TRIED_AGAIN"
    ]
    foreign = [each.code for each in FOREIGN if each.kind is InfrastructureError]
    assert list(tried) == [InfrastructureError.exit_code, *foreign]


def test_spark_forgets_executors_that_were_lost_long_ago() -> None:
    """Without an interval it counts all that a long run loses, and ends with code 11."""
    template = yaml.safe_load((ROOT / "k8s/base/template.yaml").read_text(encoding="utf-8"))
    assert template["spec"]["sparkConf"]["spark.executor.failuresValidityInterval"] == "1h"
