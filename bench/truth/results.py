"""Writes what was found: truth.json for machines, truth.md and truth.svg for people."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.truth.drawing import Panel, Series, drawn
from bench.truth.sampling import NOISES, SAMPLINGS
from bench.truth.scoring import Score

TOOLS = {
    "footfall": "Footfall",
    "footfall_5": "Footfall, 5 min or more",
    "trackintel": "trackintel",
    "fastmob": "fastmob",
}
ALL = "all"
"""The kind of place that is all of them."""

PARTS = ("right", "missed", "merged", "split")


class Record(NamedTuple):
    """A tool's score for a sampling, a noise and a kind of place."""

    sampling: str
    noise: str
    tool: str
    kind: str
    score: Score


def write(told: dict[str, Any], records: Sequence[Record], folder: Path) -> None:
    """Write the three files anew; `told` are the arguments, the versions and the failures."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ",\n".join(json.dumps(_told(record)) for record in records)
    text = f'{json.dumps(told)[:-1]}, "records": [\n{rows}\n]}}\n'
    (folder / "truth.json").write_text(text, encoding="utf-8")
    (folder / "truth.md").write_text(markdown(told, records), encoding="utf-8")
    (folder / "truth.svg").write_text(drawn(list(NOISES), panels(records)), encoding="utf-8")


def markdown(told: dict[str, Any], records: Sequence[Record]) -> str:
    """The scores as a page of Markdown."""
    versions = ", ".join(f"{TOOLS[name]} {version}" for name, version in told["versions"].items())
    page = [
        "# Is it true?",
        "",
        f"Written by `make truth`: {told['people']:,} people, {told['days']} days, seed {told['seed']}. {versions}."
        " What is compared stands in [../docs/truth.md](../docs/truth.md).",
        "",
        *(f"{TOOLS[name]} is left out: {why}." for name, why in told["failures"].items()),
        "![Share of the visits of the diaries that are found right, and how many are found](truth.svg)",
    ]
    for sampling in SAMPLINGS:
        page += ["", f"## A ping every {sampling}" if sampling != "bursts" else "## Bursts", ""]
        page += table([r for r in records if r.sampling == sampling and r.kind == ALL])
    page += ["", "## By kind of place", "", "Footfall, all visits."]
    for sampling, noise in (("1 min", "0 m"), ("5 min", "0 m"), ("5 min", "30 m")):
        chosen = [
            r
            for r in records
            if (r.sampling, r.noise, r.tool) == (sampling, noise, "footfall") and r.kind != ALL
        ]
        page += ["", f"### A ping every {sampling}, noise of {noise}", ""]
        page += table(chosen, by_kind=True)
    return "\n".join(page) + "\n"


def table(records: Sequence[Record], by_kind: bool = False) -> list[str]:
    """Lines of a table of Markdown."""
    first = ["kind of place"] if by_kind else ["noise", "tool"]
    heads = [*first, "true visits", *PARTS, "false, for 100 true", "found / true", "devices found / true"]
    heads.append("dwell error min: p25, p50, p75")
    rules = ["---"] * len(first) + ["---:"] * (len(heads) - len(first))
    return [f"| {' | '.join(cells)} |" for cells in (heads, rules, *(_cells(r, by_kind) for r in records))]


def panels(records: Sequence[Record]) -> list[tuple[Panel, Panel]]:
    """For each sampling the share of true visits that are right, and found visits per true one."""
    found = []
    for sampling in SAMPLINGS:
        right, number = [], []
        for tool, title in TOOLS.items():
            scores = [r.score for r in records if (r.sampling, r.tool, r.kind) == (sampling, tool, ALL)]
            if scores:
                right.append(Series(title, [score.right / score.true for score in scores]))
                number.append(Series(title, [score.found / score.true for score in scores]))
        title = "bursts" if sampling == "bursts" else f"every {sampling}"
        found.append((Panel(title, right), Panel("", number)))
    return found


def _cells(record: Record, by_kind: bool) -> list[str]:
    score = record.score
    quartiles = score.quartiles()
    dwell = "none" if quartiles is None else ", ".join(f"{seconds / 60:+.1f}" for seconds in quartiles)
    return [
        *([record.kind] if by_kind else [record.noise, TOOLS[record.tool]]),
        f"{score.true:,}",
        *(f"{getattr(score, part) / score.true:.0%}" for part in PARTS),
        f"{100 * score.false / score.true:.0f}",
        f"{score.found / score.true:.2f}",
        f"{score.found_devices / score.true_devices:.2f}",
        dwell,
    ]


def _told(record: Record) -> dict[str, Any]:
    score = dict(vars(record.score))
    del score["errors"]
    quartiles = record.score.quartiles()
    return {**record._asdict(), "score": {**score, "dwell_error_quartiles_seconds": quartiles}}
