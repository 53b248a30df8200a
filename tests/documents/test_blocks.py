"""Each block of code of the documents is run, or checked in another way that is stated here."""

import gzip
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import pandas
import pytest
import yaml

import footfall
from footfall import jobs
from footfall.cli import main
from footfall.sample import BUNDLED
from footfall.settings.sources import load
from tests.documents import ROOT, Block, blocks, blocks_of
from tests.documents.commands import HEREDOC, commands, defects, workflow_defects

CHECKED = ("sh", "console", "python", "yaml", "sql", "mermaid")
NOT_CODE = ("text",)
"""What is printed, how folders look, what equations say."""

BY_OTHER_TESTS = {
    ("docs/explain.md", "console"): "tests/explain/test_document.py",
    ("docs/export.md", "sh"): "tests/export/test_recipes.py",
    ("docs/export.md", "python"): "tests/export/test_recipes.py",
    ("docs/export.md", "sql"): "tests/export/test_recipes.py",
    ("docs/library.md", "python"): "tests/library/test_documents.py",
    ("docs/storage.md", "sql"): "tests/stores/test_documented_sql.py",
    ("ARCHITECTURE.md", "mermaid"): "tests/documents/test_drawings.py",
}
"""The tests that run all blocks of a language on a page."""

ONLY_PARSED = {
    "submit": "needs a cluster, or AWS",
    "settle": "needs a cluster",
    "glue": "needs AWS",
    "--on": "needs a cluster, or AWS",
    "--logs": "needs a cluster, or AWS",
    "maintain": "needs a table on an object store; tests/stores has one",
    "--spark-event-log": "starts Spark",
    "--spark-jars": "starts Spark, with jars that Maven brings",
}
"""Words of commands that tests cannot run in a folder: their words are checked by the parser."""

LEAST = {
    "pings": {"path": "pings.csv"},
    "places": {"path": "shops.shp"},
    "output": "./out",
    "catalog": {"type": "rest", "properties": {"uri": "https://catalog.example"}},
}
NOTIFICATIONS = "docs/delivery.md"
FOUND = [block for block in blocks() if (block.page, block.language) not in BY_OTHER_TESTS]


def of(*languages: str) -> pytest.MarkDecorator:
    """The blocks of some languages that are checked here, as parameters of a test."""
    return pytest.mark.parametrize("block", [each for each in FOUND if each.language in languages], ids=str)


def test_each_block_is_of_a_language_that_is_checked() -> None:
    """A block without a language, or one that is only indented, would be checked by nothing."""
    assert [(str(each), each.language) for each in FOUND if each.language not in CHECKED + NOT_CODE] == []
    assert {each.language for each in FOUND} > {"sh", "python", "yaml"}
    assert [str(each) for each in FOUND if each.language in ("console", "sql", "mermaid")] == []


@pytest.mark.parametrize(("page", "language"), BY_OTHER_TESTS)
def test_blocks_that_other_tests_run_are_there_and_so_is_the_test(page: str, language: str) -> None:
    """The test names its page."""
    assert (page, language) in {(block.page, block.language) for block in blocks()}
    assert Path(page).name in (ROOT / BY_OTHER_TESTS[page, language]).read_text(encoding="utf-8")


@of("sh")
def test_the_words_of_each_command_are_known(block: Block) -> None:
    """To our parser, the Makefile, the models of AWS; and files that they name are there."""
    assert [defect for words in commands(block.text) for defect in defects(words)] == []
    for text in HEREDOC.findall(block.text):
        workflow = yaml.safe_load(text)["spec"]
        given = [each["name"] for each in workflow["arguments"]["parameters"]]
        assert workflow_defects(workflow["workflowTemplateRef"]["name"], given) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("footfall runs --by wek", "--by"),
        ("make spindle", "no spindle"),
        ("python3 k8s/version.py --no-such-flag", "knows no --no-such-flag"),
        ("aws s3api put-object --bukket b", "knows no --bukket"),
        ("kubectl apply -k k8s/none", "no k8s/none"),
        ("argo submit --from workflowtemplate/footfall-day -p dy=1", "no parameter dy"),
        ("docker run --rm footfall:dev rum", "rum"),
        (".venv/bin/copier copy --data nmae=tide . ../tide", "no nmae"),
        ("curl example", "curl"),
    ],
)
def test_a_slip_in_a_command_is_found(command: str, said: str) -> None:
    """One defect, which names the word."""
    [defect] = [defect for words in commands(command) for defect in defects(words)]
    assert said in defect


def test_blocks_without_a_fence_are_found_outside_of_lists() -> None:
    """Text of a list may be indented."""
    text = "One\n\n    make run\n\n1. Two\n\n    Three\n\n    ```sh\n    make test\n    ```\n"
    assert [(each.language, each.line, each.text) for each in blocks_of("a.md", text)] == [
        ("indented", 3, "    make run"),
        ("sh", 9, "make test\n"),
    ]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages name: the bundled sample, as people would have it."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "data").mkdir()
    pings = gzip.decompress((BUNDLED / "pings.csv.gz").read_bytes())
    (folder / "data/pings.csv").write_bytes(pings)
    places = geopandas.read_file(BUNDLED / "places.geojson")
    places.to_file(folder / "data/shops.shp")
    places.to_file(folder / "shops.geojson")
    table = pandas.read_csv(io.BytesIO(pings), nrows=3000).dropna()
    times = pandas.to_datetime(table["Date"] + " " + table["Time of Day"], errors="coerce", utc=True)
    names = {
        "Hashed Device ID": "device",
        "Lat of Observation Point": "lat",
        "Lon of Observation Point": "lon",
    }
    columns = table.rename(columns=names)[[*names.values()]].assign(at=times)
    columns[times.notna()].to_parquet(folder / "pings.parquet")
    return folder


@pytest.fixture(scope="module")
def counted(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder after `init` and `run`, and two copies of its output."""
    folder = tmp_path_factory.mktemp("counted") / "folder"
    shutil.copytree(prepared, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["init", "data/pings.csv", "data/shops.shp", "--yes"]) == 0
        assert main(["run"]) == 0
    for name in ("old", "new"):
        shutil.copytree(folder / "out", folder / name)
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Goes into a copy of a folder, where a person sits who takes each guess."""

    def copied(source: Path) -> Path:
        shutil.copytree(source, tmp_path / "here")
        monkeypatch.chdir(tmp_path / "here")
        terminal = io.StringIO("\n" * 9)
        monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        return tmp_path / "here"

    return copied


def run_in_folder(block: Block) -> list[list[str]]:
    """The words of the commands of a block that can be run in a folder, without `footfall`."""
    ours = [words[1:] for words in commands(block.text) if words[0] == "footfall"]
    return [words for words in ours if not set(words) & set(ONLY_PARSED)]


@pytest.mark.parametrize(
    "block", [each for each in FOUND if each.language == "sh" and run_in_folder(each)], ids=str
)
def test_commands_of_footfall_are_run(
    block: Block, folder: Callable[[Path], Path], request: pytest.FixtureRequest
) -> None:
    """In a folder with the sample: those of a block that begins with `init` as it is, all others after a run."""
    run = run_in_folder(block)
    folder(request.getfixturevalue("prepared" if run[0][0] == "init" else "counted"))
    assert [" ".join(words) for words in run if main(words) != 0] == []


@of("python")
def test_python_is_run(
    block: Block, prepared: Path, folder: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """In a folder with the files that it names; it prints a table."""
    folder(prepared)
    with pytest.warns(footfall.FootfallWarning):
        exec(block.text, {})  # noqa: S102 (what the page tells people to run)
    assert "place_id" in capsys.readouterr().out


@of("yaml")
def test_settings_are_accepted(block: Block, tmp_path: Path) -> None:
    """Beside the least that is required; one block of the pages is no settings, but a part of a ConfigMap."""
    values = yaml.safe_load(block.text)
    if block.page == NOTIFICATIONS:
        texts = {name: yaml.safe_load(text) for name, text in values["data"].items()}
        sent = {f"template.{name}" for name in texts["trigger.on-deployed"][0]["send"]}
        assert sent < set(texts)
        return
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump(LEAST | values), encoding="utf-8")
    assert {
        name.partition(".")[0]
        for name, origin in load(file, {}, {}, jobs.settings()).origins.items()
        if origin != "default"
    } >= set(values)
