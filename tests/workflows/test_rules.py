"""The workflows: pinned, with the least rights, bounded, and made of commands that exist."""

import os
import re
import shlex
import subprocess

import pytest

from tests.workflows.steps import FOLDER, ROOT, Step, jobs, steps, values, workflows

PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
RUNNER = {"git", "[[", "aws", "cosign", "docker", "echo", "gh"}
"""What the runner brings or an action before has installed."""


def test_every_action_is_ours_or_pinned_by_a_commit_with_its_version_beside_it() -> None:
    """A tag can be moved to other code; a commit cannot. The comment is for those who update it."""
    for step in steps():
        if step.uses.startswith("./"):
            assert (ROOT / step.uses).exists(), step.where
        elif step.uses:
            assert PINNED.fullmatch(step.uses), f"{step.where} uses {step.uses}"
    for path in FOLDER.rglob("*.yml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"uses: [^.]", line):
                assert re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), f"{path.name}: {line}"


def test_one_action_has_one_commit_everywhere() -> None:
    """An update that forgets a place is seen."""
    pins = {step.uses for step in steps() if "@" in step.uses}
    assert len({pin.split("@")[0] for pin in pins}) == len(pins) > 5


def test_no_right_is_given_to_a_workflow_and_each_job_names_its_own() -> None:
    """What a job does not name it does not have. Who may ask for a role of AWS is listed."""
    for name, workflow in workflows().items():
        assert workflow["permissions"] == {}, name
    rights = {where: job["permissions"] for where, job in jobs()}
    writing = {
        where: {right for right, extent in given.items() if extent == "write"}
        for where, given in rights.items()
    }
    assert {where: given for where, given in writing.items() if given} == {
        "ci.yml: publish": {"contents", "id-token", "attestations"},
        "ci.yml: glue": {"id-token"},
        "image.yml: push": {"id-token", "attestations"},
        "image.yml: bump": {"contents"},
        "docs.yml: publish": {"pages", "id-token"},
        "preview.yml: counts": {"id-token", "pull-requests"},
        "preview.yml: remove": {"id-token"},
        "promote.yml: promote": {"contents", "pull-requests"},
        "expire.yml: expire": {"id-token"},
        "glue.yml: by-hand": {"id-token"},
        "glue.yml: test": {"id-token"},
        "glue.yml: production": {"id-token"},
        "release.yml: publish": {"contents", "id-token", "attestations"},
        "versions.yml: ending": {"issues"},
    }


def test_nothing_is_built_or_installed_once_a_role_was_taken() -> None:
    """The code of packages and of build tools runs before there are credentials of AWS."""
    taken = 0
    for where, job in jobs():
        names = [step.get("uses", step.get("run", "")) for step in job.get("steps", [])]
        roles = [
            n for n, name in enumerate(names) if name.startswith("aws-actions/configure-aws-credentials@")
        ]
        for number in roles:
            taken += 1
            assert not [name for name in names[number:] if name.startswith(("make", "pip", "./"))], where
    assert taken == 8


def test_what_is_signed_and_what_is_released_is_looked_at_once_more_before() -> None:
    """The image under the tag is the one that was tested; the tag is on the commit that was reviewed."""
    for workflow, job, check, before in (
        ("image.yml", "push", "is_ours", "cosign sign"),
        ("release.yml", "publish", "tag_stays", "docker/tag"),
    ):
        runs = [step.get("run", "") for step in workflows()[workflow]["jobs"][job]["steps"]]
        (checked,), (done,) = ([n for n, run in enumerate(runs) if words in run] for words in (check, before))
        assert checked < done


def test_going_back_on_glue_waits_for_no_test_and_for_no_reviewer_of_another_run() -> None:
    """Deployments of an environment keep their order; who goes back is not behind one that waits for its approval."""
    glue = workflows()["glue.yml"]["jobs"]
    assert {glue[job]["if"] for job in ("container", "archive")} == {"inputs.action != 'rollback'"}
    assert "!cancelled()" in glue["by-hand"]["if"]
    groups = [glue[job]["concurrency"]["group"] for job in ("test", "production", "by-hand")]
    assert groups == ["glue-test", "glue-production", "glue-by-hand-${{ inputs.environment }}"]
    assert "concurrency" not in workflows()["glue.yml"]


def test_every_job_ends_at_some_time_on_a_named_system() -> None:
    """A job that hangs does not hold a runner for six hours, and a new system comes by a commit."""
    for where, job in jobs():
        if "uses" not in job:
            assert 0 < int(job["timeout-minutes"]) <= 60, where
            assert not job["runs-on"].endswith("latest"), where


def test_no_checkout_leaves_a_token_behind() -> None:
    """What runs later in the job cannot push with it."""
    checkouts = [step for step in steps() if step.uses.startswith("actions/checkout@")]
    assert len(checkouts) > 5
    for step in checkouts:
        assert step.content["with"]["persist-credentials"] == "false", step.where


def test_no_expression_stands_inside_a_command() -> None:
    """Values come as variables, so that no branch, title or setting can become part of a script."""
    for step in steps():
        assert "${{" not in step.run, f"{step.where}: {step.run}"


def test_the_only_secrets_are_the_workflow_s_own_token_and_that_of_docker_hub() -> None:
    """AWS is reached by a role; no key of it is kept anywhere."""
    texts = [text for workflow in workflows().values() for text in values(workflow)]
    assert {name for text in texts for name in re.findall(r"secrets\.(\w+)", text)} == {"DOCKERHUB_TOKEN"}


def test_no_workflow_runs_with_rights_on_what_strangers_wrote() -> None:
    """These events have the rights of main and the content of a pull request."""
    for name, workflow in workflows().items():
        events = workflow["on"]
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(
            [events] if isinstance(events, str) else events
        ), name


def test_a_commit_of_a_version_starts_nothing() -> None:
    """What k8s/version.py pushes goes to other branches than main, which alone starts ci and the pipeline."""
    assert workflows()["ci.yml"]["on"] == {"pull_request": "", "push": {"branches": ["main"]}}
    for name, workflow in workflows().items():
        push = workflow["on"].get("push", {})
        assert set(push) <= {"branches", "tags"}, name
        assert push.get("branches", ["main"]) == ["main"], name
    pipeline = (ROOT / "aws/stacks/codepipeline.yaml").read_text(encoding="utf-8")
    assert "Branches: {Includes: [!Ref Branch]}" in pipeline


def test_the_gate_waits_for_every_check() -> None:
    """A job that is added and forgotten there would not hold a merge back, nor what is published of main."""
    ci = workflows()["ci.yml"]["jobs"]
    checks = set(ci) - {"gate", "publish", "glue"}
    assert set(ci["gate"]["needs"]) == checks
    assert set(ci["publish"]["needs"]) == set(ci["glue"]["needs"]) == checks - {"image", "counts"}


def test_what_is_published_is_built_and_signed_by_one_workflow_that_separates_both() -> None:
    """SLSA Build L3: who builds has no rights, who signs builds nothing, and takes only what has the build's digest."""
    image, build = workflows()["image.yml"]["jobs"], workflows()["build.yml"]["jobs"]
    assert {image[job]["uses"] for job in ("amd64", "arm64")} == {"./.github/workflows/build.yml"}
    assert [image[job]["permissions"] for job in ("amd64", "arm64")] == [{"contents": "read"}] * 2
    assert {job["runs-on"] for job in build.values()} == {"${{ inputs.runner }}"}
    assert set(image["push"]["needs"]) == {"amd64", "arm64"}
    runs = [step.get("run", "") for step in image["push"]["steps"]]
    joined, pushed = (
        [n for n, run in enumerate(runs) if words in run] for words in ("join.py", "docker/push")
    )
    assert joined < pushed
    assert not [run for run in runs if run.startswith("make")]
    (join,) = [step for step in image["push"]["steps"] if "join.py" in step.get("run", "")]
    assert join["env"] == {
        each.upper(): f"${{{{ needs.{each}.outputs.digest }}}}" for each in ("amd64", "arm64")
    }


def test_a_commit_whose_image_failed_comes_to_no_environment() -> None:
    """A build that failed leaves the push out as well; that alone does not mean that none was needed."""
    condition = workflows()["image.yml"]["jobs"]["bump"]["if"]
    assert (
        condition
        == "!cancelled() && (needs.push.result == 'success' || needs.behind.outputs.behind == 'false')"
    )


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ("success,success", 0),
        ("success,failure", 1),
        ("cancelled,success", 1),
        ("success,skipped", 1),
        ("", 1),
    ],
)
def test_the_gate_opens_only_when_every_check_has_passed(results: str, code: int) -> None:
    """A check that was skipped or cancelled has not passed."""
    (step,) = workflows()["ci.yml"]["jobs"]["gate"]["steps"]
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        env={"RESULTS": results},
        capture_output=True,
        check=False,
    )
    assert done.returncode == code


def commands(step: Step) -> list[list[str]]:
    """The commands of a step, each as its words."""
    found = []
    for line in step.run.splitlines():
        line = re.sub(r"^\w+=\$\((.*)\)$", r"\1", line)
        line = re.sub(r" >[\w.]+$", "", line)
        found += [shlex.split(part) for part in re.split(r" \| | && ", line)]
    return found


def is_known(words: list[str], targets: set[str]) -> bool:
    """Whether a command is one of make, of this repository or of the runner, and its files are there."""
    match words:
        case ["make", target, *_]:
            return target in targets or target.endswith(".stamp")
        case ["python3", script, *_]:
            return (ROOT / script).is_file()
        case [script, *_] if "/" in script:
            return os.access(ROOT / script, os.X_OK)
        case [tool, *_]:
            return tool in RUNNER
    return False


def test_every_command_exists() -> None:
    """Targets of make, and scripts that may be run; and of the matrix what `make "$TARGET"` is given."""
    targets = set(
        re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    matrix = set(workflows()["ci.yml"]["jobs"]["test"]["strategy"]["matrix"]["target"])
    sparks = {"test-spark35", "test-spark43"}
    assert matrix == {"test", *sparks, "test-wheel", "test-stores", "test-airflow"} <= targets
    found = [(step.where, words) for step in steps() for words in commands(step)]
    assert len(found) > 15
    unknown = [f"{where}: {words}" for where, words in found if not is_known(words, targets | {"$TARGET"})]
    assert not unknown, "\n".join(unknown)


@pytest.mark.parametrize(
    "line", ["make no-such-target", "python3 k8s/none.py", "docker/none x", "./docker/none", "curl x | sh"]
)
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    """One of its parts is unknown."""
    assert not all(is_known(words, {"test"}) for words in commands(Step("here", {"run": line})))
