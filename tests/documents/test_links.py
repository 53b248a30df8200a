"""Links of documents lead to files and headings that are there; the runbook has each alert and exit code."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from footfall.errors import FootfallError
from tests.documents import ROOT, documents

RUNBOOK = "docs/operations.md"
LINK = re.compile(
    r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)|<a href=\"([^\"]+)\"|src=\"([^\"]+)\""
)


def prose(text: str) -> str:
    """The text without blocks and spans of code."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def anchors(text: str) -> set[str]:
    """The names by which GitHub reaches the headings of a document."""
    found, names = Counter[str](), set()
    for heading in re.findall(
        r"^#+ +(.+?) *#*$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    ):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        names.add(f"{name}-{found[name]}" if found[name] else name)
        found[name] += 1
    return names


def broken(document: Path, text: str) -> list[str]:
    """The links of a document that lead nowhere in this repository; those to elsewhere are not followed."""
    lost = []
    for match in LINK.finditer(prose(text)):
        link = next(group for group in match.groups() if group)
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        is_there = target.exists() and (
            not anchor or anchor in anchors(text if target == document else target.read_text())
        )
        if not is_there:
            lost.append(f"{document.relative_to(ROOT)}: {link}")
    return lost


def test_every_link_leads_to_a_file_and_a_heading_that_are_there() -> None:
    """In all documents at once, so that one list names all that are lost."""
    assert len(documents()) > 15
    assert [each for path in documents() for each in broken(path, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("link", ["docs/none.md", "docs/deploy.md#no-such-heading", "#no-such-heading"])
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    """Its document is named."""
    assert broken(ROOT / "README.md", f"# One\n\nSee [this]({link}) and [that](#one).\n") == [
        f"README.md: {link}"
    ]


def test_a_heading_is_reached_as_github_names_it() -> None:
    """Small letters, no signs, dashes for spaces; the second of a name has a number."""
    text = "# A `b` and [c](d): e\n## Twice\n## Twice\n```\n# no heading\n```\n"
    assert anchors(text) == {"a-b-and-c-e", "twice", "twice-1"}


def test_the_runbook_has_an_entry_for_each_alert_and_each_exit_code() -> None:
    """A heading or a row of a table begins with it."""
    text = (ROOT / RUNBOOK).read_text(encoding="utf-8")
    entries = set(re.findall(r"^(?:#+|\|) *`?(\w+)", text, re.MULTILINE))
    groups = yaml.safe_load((ROOT / "k8s/components/observer/rules.yaml").read_text(encoding="utf-8"))[
        "groups"
    ]
    alerts = {rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule}
    codes = {str(kind.exit_code) for kind in FootfallError.__subclasses__()}
    assert len(alerts) > 5
    assert alerts | codes <= entries


def test_what_points_to_the_runbook_points_to_a_heading_of_it() -> None:
    """From rules, dashboards, workflows and code."""
    headings = anchors((ROOT / RUNBOOK).read_text(encoding="utf-8"))
    found = {
        anchor
        for room in ("k8s", "argocd", "airflow/dags", "airflow/plugins", "job", "aws", ".github")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix in (".yaml", ".yml", ".json", ".py", ".md", ".css", ".j2", "")
        for anchor in re.findall(
            r"operations\.md#([\w-]+)", path.read_text(encoding="utf-8", errors="ignore")
        )
    }
    assert found <= headings
