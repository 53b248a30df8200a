"""A server that answers wrongly about what runs left: rows and runs are right, or what is wrong is named."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from footfall.compare import open_days
from footfall.errors import FootfallError
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.schema import PLACE_DAYS
from footfall.settings import Catalog
from tests.compare.test_rows import row
from tests.file_stores.doors import Reply, Request
from tests.file_stores.lake import Lake, entry, etag, page
from tests.file_stores.lying import of_content, refusal_of, without_etag
from tests.history.manifests import NOON, manifest

DAY = date(2023, 3, 1)
FILE = "lake/out/footfall/day=2023-03-01/footfall.parquet"
MANIFEST = "lake/out/runs/{}/manifest.json"


def table(**options: Any) -> bytes:
    """A published day of two places, with 4 and 10 pings."""
    content = io.BytesIO()
    rows = [{**row(place, pings), "day": DAY} for place, pings in (("a", 4), ("b", 10))]
    names = [name for name in PLACE_DAYS.file_schema.names if name in rows[0]]
    schema = pa.schema([PLACE_DAYS.file_schema.field(name) for name in names])
    pq.write_table(pa.Table.from_pylist(rows).select(names).cast(schema), content, **options)
    return content.getvalue()


@pytest.fixture
def output(lake: Lake) -> Lake:
    """An output with a published day, and two runs of it."""
    lake.objects = {FILE: table()}
    for number, run in enumerate(("r1", "r2"), 1):
        lake.objects[MANIFEST.format(run)] = json.dumps(manifest(run, date(2023, 3, number))).encode()
    return lake


def published() -> dict[str, int]:
    """The pings of each place on the day."""
    days = open_days("s3://lake/out", Catalog(), {})
    rows = [each for day in days.days for each in days.rows(day).to_pylist()]
    assert len({each["place_id"] for each in rows}) == len(rows)
    return {each["place_id"]: each["pings"] for each in rows}


def runs() -> dict[str, str]:
    """The states of the runs."""
    return {run.run_id: run.state for run in all_runs(run_files("s3://lake/out"), NOON)}


def test_a_server_that_says_the_truth_is_believed(output: Lake) -> None:
    """Else the errors below would prove nothing."""
    assert published() == {"a": 4, "b": 10}
    assert runs() == {"r1": "published", "r2": "published"}


LIES: dict[str, Callable[[Reply], Reply]] = {
    "half of it": lambda reply: replace(reply, body=reply.body[: len(reply.body) // 2]),
    "nothing": lambda reply: replace(reply, body=b""),
    "an error inside": lambda reply: Reply(200, b"<Error><Code>InternalError</Code></Error>"),
    "a length that is too large": lambda reply: replace(
        reply, headers={**reply.headers, "Content-Length": str(len(reply.body) + 9)}, sent=len(reply.body)
    ),
    "a length that is too small": lambda reply: replace(
        reply, headers={**reply.headers, "Content-Length": str(len(reply.body) - 9)}, sent=len(reply.body)
    ),
    "no version": without_etag,
    "another file": lambda reply: replace(reply, body=b"device,at,lat,lon\na,2023-03-01,1,2\n"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_published_day_that_comes_damaged_is_one_error(output: Lake, lie: Callable[[Reply], Reply]) -> None:
    """For export and diff alike, which read it so."""
    output.lie = of_content(lie)
    refusal_of(published, 6, "day=2023-03-01/footfall.parquet")


def test_a_published_day_that_comes_twice_in_one_answer_is_read_once(output: Lake) -> None:
    """Parquet is read from its end."""
    output.lie = of_content(lambda reply: replace(reply, body=reply.body * 2))
    assert published() == {"a": 4, "b": 10}


def test_a_damaged_page_of_a_published_day_is_one_error(output: Lake) -> None:
    """The footer is whole, a page is not."""
    whole = table(compression="snappy")
    output.objects[FILE] = b"PAR1" + b"\xff" * 60 + whole[64:]
    refusal_of(published, 6, "day=2023-03-01/footfall.parquet")


def test_a_published_day_that_is_listed_twice_is_not_counted_twice(output: Lake) -> None:
    """Its rows would be there twice."""

    def doubled(request: Request, reply: Reply) -> Reply:
        if "prefix=out%2Ffootfall%2F&" not in f"{request.path}&":
            return reply
        return page(entry(FILE, output.objects[FILE]) * 2)

    output.lie = doubled
    refusal_of(published, 6, "s3://lake/out")


@pytest.mark.parametrize("lie", ["half of it", "nothing", "another file"])
def test_a_manifest_that_comes_damaged_is_a_damaged_run(output: Lake, lie: str) -> None:
    """The history names it, and shows the other run."""
    output.lie = lambda request, reply: LIES[lie](reply) if "r1/manifest" in request.path else reply
    assert runs() == {"r1": "damaged", "r2": "published"}


@pytest.mark.parametrize("lie", ["an error inside", "a length that is too large", "no version"])
def test_a_manifest_that_does_not_come_is_an_error_of_the_store(output: Lake, lie: str) -> None:
    """Not a run that is damaged: it may be whole."""
    output.lie = lambda request, reply: LIES[lie](reply) if "r1/manifest" in request.path else reply
    with pytest.raises(FootfallError) as caught:
        runs()
    assert caught.value.exit_code == 6
    assert "r1/manifest.json" in str(caught.value)


def test_the_manifest_of_another_run_is_a_damaged_one(output: Lake) -> None:
    """It would be listed twice, and its day as published by another run."""
    output.objects[MANIFEST.format("r1")] = output.objects[MANIFEST.format("r2")]
    assert runs() == {"r1": "damaged", "r2": "published"}


def test_a_list_that_forgets_what_it_listed_shows_less(output: Lake) -> None:
    """Nothing tells that there was a run: see docs/reliability.md."""
    body = output.objects.pop(MANIFEST.format("r1"))
    assert runs() == {"r2": "published"}
    assert etag(body)


def test_commands_end_with_the_exit_code_of_a_store_that_fails(
    output: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    """`runs`, `report` and `diff`, in one sentence that names what was asked."""
    output.lie = of_content(lambda reply: Reply(200, b"<Error><Code>InternalError</Code></Error>"))
    for words in (
        "runs --output s3://lake/out",
        "report last --output s3://lake/out",
        "diff s3://lake/out s3://lake/out",
    ):
        assert main(words.split()) == 6
        said = capsys.readouterr()
        assert "s3://lake/out" in said.err
        assert "Traceback" not in said.err
        assert said.out == ""
