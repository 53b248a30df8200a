"""Pages of reports, runs and comparisons: no text from outside becomes an element, an attribute or a script."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import count, cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.compare.page import render_changes, render_runs
from footfall.compare.rows import ColumnChange, DayChange, Largest
from footfall.compare.runs import compare_runs
from footfall.history.files import run_files
from footfall.history.record import record_from_manifest
from footfall.report.html import render_html
from footfall.site.writing import write_site
from tests.history.manifests import NOON, manifest
from tests.hostile.page_texts import MARK, PIECES, TEXTS, Seen, faults, fill
from tests.report.edges import EDGES
from tests.report.reports import town

Draw = Callable[[], str]
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def report_page(draw: Draw) -> list[str]:
    """The page of a report with another text in each of its fields."""
    return [render_html(fill(report, draw)) for report in reports()]


@cache
def reports() -> tuple[dict[str, Any], ...]:
    """A published report, one that the gates refused, and one that warns."""
    return town(12, 2), EDGES["refused"](), EDGES["warned"]()


def site_pages(draw: Draw) -> list[str]:
    """The page of all runs, of which some failed or were refused, and those of places."""
    with TemporaryDirectory() as folder:
        output = Path(folder)
        for number, state in enumerate(("published", "published", "refused", "failed"), 1):
            day = date(2023, 3, number)
            run = (
                f"r{number}{draw()}".replace("/", "-").replace("\0", "").encode(errors="ignore").decode()[:60]
            )
            words = manifest(run, day, state=state, refusal=draw(), warnings=[draw()], output=draw())
            there = output / "runs" / run
            there.mkdir(parents=True)
            left = {**fill(words, draw), "run_id": run, "settings": words["settings"], "time_zone": "UTC"}
            (there / "manifest.json").write_text(json.dumps(left))
            told = fill(town(4, 1), draw) | {"days": [str(day)], "time_zone": "UTC"}
            (there / "report.json").write_text(json.dumps(told))
            (there / "report.html").write_text("a report")
        page = write_site(run_files(str(output)), output / "site", NOON)
        pages = [page, *(page.parent / "places").iterdir()]
        return [each.read_text("utf-8") for each in pages]


def changes_page(draw: Draw) -> list[str]:
    """The page of two sets of rows, whose places have such ids."""
    columns = tuple(
        ColumnChange(
            name, 2, 3, 4, (Largest(draw(), draw(), 3, 4, 1.0), Largest(draw(), draw(), None, 4, None))
        )
        for name in ("pings", "visits_by_hour", draw())
    )
    days = [
        DayChange(draw(), (2, 3), (draw(),), (draw(), draw()), 2, 1, 1, columns),
        DayChange(date(2023, 3, 1), (None, 3)),
    ]
    return [render_changes(days, (draw(), draw()), 5)]


def runs_page(draw: Draw) -> list[str]:
    """The page of two runs, with other settings, files and code."""
    sides = []
    for number in (1, 2):
        said = manifest(f"r{number}", date(2023, 3, number))
        files = [{**each, "path": draw(), "sha256": draw()} for each in said["inputs"]]
        given_to_it = {**said["settings"], "visit_gap": draw(), draw(): draw(), "pings": {draw(): draw()}}
        text = json.dumps({**said, "inputs": files, "settings": given_to_it, "versions": {draw(): draw()}})
        sides.append(record_from_manifest(f"r{number}", text, draw(), None))
    assert [side.state for side in sides] == ["published", "published"]
    return [render_runs(compare_runs(*sides))]


KINDS = {"report": report_page, "site": site_pages, "changes": changes_page, "runs": runs_page}


@cache
def harmless(kind: str) -> list[Seen]:
    """Pages of a kind with plain texts, short and long, each another one."""
    numbers = count()
    texts = cycle(["a", "some words", "many words " * 30])
    return [Seen(page) for _ in range(6) for page in KINDS[kind](lambda: f"{next(numbers)} {next(texts)}")]


@pytest.mark.parametrize("kind", KINDS)
@FEW
@given(data=st.data())
def test_texts_from_outside_stay_texts(kind: str, data: st.DataObject) -> None:
    """Names, categories, ids, settings, files, errors, runs: whatever they are, the page has our elements alone."""
    some = data.draw(st.lists(TEXTS, min_size=3, max_size=12))
    numbers = count()

    def draw() -> str:
        number = next(numbers)
        return f"{some[number % len(some)]}{number}"

    for page in KINDS[kind](draw):
        assert faults(page, harmless(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_texts_from_outside_are_on_the_page(kind: str) -> None:
    """Else it would prove nothing that they do no harm."""
    numbers = count()
    pages = KINDS[kind](lambda: f"{MARK}{next(numbers)}")
    assert all(page.count(MARK) > 2 for page in pages)


@pytest.mark.parametrize("piece", [each for each in PIECES if each[:1] == "<" and each[1:2].isalpha()])
def test_a_text_that_is_not_escaped_is_found(piece: str) -> None:
    """By this test's own parser."""
    page = render_html(town(4, 1))
    broken = page.replace("Data", piece, 1).replace("<h2", f"{piece}<h2", 1)
    assert broken != page
    assert faults(broken, [Seen(page)]) != []
