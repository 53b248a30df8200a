"""Writes the scoreboard: exactness.json for machines, exactness.md and exactness.svg for people."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.exactness.drawing import Row, drawn
from bench.exactness.engines import ENGINES
from bench.exactness.judging import Score
from bench.exactness.pings import KINDS
from bench.exactness.shrinking import Case


def write(seed: int, scores: Sequence[Score], cases: Sequence[Case], folder: Path) -> None:
    """Write the three files anew."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "seed": seed,
        "kinds": list(KINDS),
        "engines": [_told(score) for score in scores],
        "cases": [case._asdict() for case in cases],
    }
    (folder / "exactness.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    (folder / "exactness.md").write_text(markdown(seed, scores, cases), encoding="utf-8")
    rows = [_row(score) for score in scores if not score.failure]
    (folder / "exactness.svg").write_text(drawn(list(KINDS), rows), encoding="utf-8")


def ours(scores: Iterable[Score]) -> list[Score]:
    """The scores of footfall."""
    return [score for score in scores if score.engine.startswith("footfall")]


def is_as_geos(score: Score) -> bool:
    """Whether every ping was decided as GEOS decides; by the rule that GEOS has not, rightly where GEOS is right."""
    differing = score.beyond_geos if score.from_geos is None else int(score.from_geos.sum())
    return not score.failure and differing == 0


def markdown(seed: int, scores: Sequence[Score], cases: Sequence[Case]) -> str:
    """The scoreboard as a page of Markdown."""
    pings = max(int(score.pings.sum()) for score in scores)
    page = [
        "# Scoreboard of exactness",
        "",
        f"Written by `make exactness`: {pings:,} pings, seed {seed}. What is asked and what the columns mean stands"
        " in [../docs/exactness.md](../docs/exactness.md).",
        "",
        "![Share of the pings of each kind that an engine decides in another way than exact arithmetic](exactness.svg)",
        "",
        "| engine | version | judged by | pings | differ from GEOS | differ from exact arithmetic"
        " | of these, on no boundary | pairs on a boundary that it counts as inside |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |",
        *(_line(score) for score in scores),
        "",
        "## By kind of ping",
        "",
        "Pings that differ from exact arithmetic / those of them that lie on no boundary of the place in question.",
        "",
        f"| engine | {' | '.join(KINDS)} |",
        f"| --- |{' ---: |' * len(KINDS)}",
        f"| pings | {' | '.join(f'{n:,}' for n in scores[0].pings)} |",
        *(_kinds(score) for score in scores if not score.failure),
        "",
        "## Smallest cases",
        "",
        *(block(case) for case in cases),
    ]
    return "\n".join(page)


def block(case: Case) -> str:
    """A case as it is reported: all digits, and the bits of the ping."""
    return "\n".join(
        [
            f"{ENGINES[case.engine].title}, {case.version}, says {case.engine_says}; exact arithmetic: {case.exact}.",
            "",
            "```text",
            f"ping  POINT ({case.lon!r} {case.lat!r})",
            f"hex   {case.lon.hex()} {case.lat.hex()}",
            f"place {case.wkt}",
            "```",
            "",
        ]
    )


def _line(score: Score) -> str:
    engine = ENGINES[score.engine]
    cells = [engine.title, score.version, engine.rule.replace("_", "-")]
    if score.failure:
        cells += [score.failure.replace("|", "/"), *[""] * 4]
    else:
        geos = "no such rule" if score.from_geos is None else f"{score.from_geos.sum():,}"
        share = score.boundary_found / max(1, score.boundary_pairs)
        exact = int((score.on + score.beside).sum())
        of_boundary = "one place a ping" if engine.one_place else f"{share:.1%}"
        cells += [f"{score.pings.sum():,}", geos, f"{exact:,}", f"{score.beside.sum():,}", of_boundary]
    return f"| {' | '.join(cells)} |"


def _kinds(score: Score) -> str:
    cells = [
        f"{on + beside:,} / {beside:,}" if on + beside else "0"
        for on, beside in zip(score.on.tolist(), score.beside.tolist(), strict=True)
    ]
    return f"| {ENGINES[score.engine].title} | {' | '.join(cells)} |"


def _row(score: Score) -> Row:
    engine = ENGINES[score.engine]
    share = (score.on + score.beside) / score.pings.clip(1)
    beside = score.beside.sum() / max(1, int(score.pings.sum()))
    return Row(engine.title, score.version, [*share.tolist()], float(beside))


def _told(score: Score) -> dict[str, Any]:
    engine = ENGINES[score.engine]
    return {
        "engine": score.engine,
        "title": engine.title,
        "how": engine.how,
        "version": score.version,
        "rule": engine.rule,
        "failure": score.failure,
        "pings": score.pings.tolist(),
        "differ_on_boundary": score.on.tolist(),
        "differ_beside_boundary": score.beside.tolist(),
        "differ_from_geos": None if score.from_geos is None else score.from_geos.tolist(),
        "boundary_pairs": score.boundary_pairs,
        "boundary_pairs_inside": score.boundary_found,
    }
