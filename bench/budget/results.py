"""Writes the budget: budget.json for machines, budget.md for people."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench import machine
from bench.budget.floors import Floor, Rates, Work
from bench.budget.stages import NAMES

BEGIN, END = "<!-- by make budget -->", "<!-- until here -->"
"""The comments between which a page keeps the table."""

LARGEST_GAP = 0.1
"""The share of the whole that may be missing from the sum of the stages, or be too much."""


@dataclass(frozen=True)
class Budget:
    """Medians of a budget: CPU seconds of the whole, of it with clocks, and of each stage.

    Args:
        whole: Of the command as users run it, in all processes.
        clocked: Of the command whose stages are measured.
        wall: Seconds of the command as users run it.
        stages: CPU seconds by stage.
        floors: The floor of a stage.
        work: What the run had to do.
        rates: What the machine takes.
        told: The arguments and versions.
    """

    whole: float
    clocked: float
    wall: float
    stages: dict[str, float]
    floors: dict[str, Floor]
    work: Work
    rates: Rates
    told: dict[str, Any]
    machine: dict[str, str | int] = field(default_factory=machine.described)

    @property
    def sum(self) -> float:
        """CPU seconds of all stages."""
        return sum(self.stages.values())

    @property
    def gap(self) -> float:
        """How much of the whole the stages lack, as a share of it; below 0 where they have more."""
        return 1 - self.sum / self.whole


def write(budget: Budget, folder: Path) -> None:
    """Write both files anew."""
    content = {**asdict(budget), "sum": budget.sum, "gap": budget.gap}
    (folder / "budget.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    (folder / "budget.md").write_text(markdown(budget), encoding="utf-8")


def read(folder: Path) -> Budget:
    """The budget that was written last."""
    said = json.loads((folder / "budget.json").read_text(encoding="utf-8"))
    del said["sum"], said["gap"]
    floors = {name: Floor(*floor) for name, floor in said.pop("floors").items()}
    work, rates = Work(**said.pop("work")), Rates(**said.pop("rates"))
    return Budget(**said, floors=floors, work=work, rates=rates)


def put_into(page: Path, budget: Budget) -> None:
    """Put the table where a page keeps it, between two comments.

    Raises:
        ValueError: The page has no place for it.
    """
    before, begin, others = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = others.partition(END)
    if not end:
        raise ValueError(f"{page} has no lines {BEGIN} and {END}, between which the table stands")
    lines = "\n".join(table(budget))
    page.write_text(f"{before}{begin}\n{lines}\n{end}{after}", encoding="utf-8")


def markdown(budget: Budget) -> str:
    """The budget as a page of Markdown."""
    told, on = budget.told, budget.machine
    return "\n".join(
        [
            "# Where the time goes",
            "",
            f"Written by `make budget`: `footfall run` on {told['places']}, {budget.work.pings:,} pings,"
            f" {told['days']} days, footfall {told['version']}, medians of {told['rounds']} runs."
            " How it is measured stands in [README.md](README.md).",
            f"Machine: {on['cpu']}, {told['workers']} of {on['cores']} cores, {on['memory_gib']} GiB, {on['os']}.",
            "",
            *table(budget),
            "",
            f"The whole command took {budget.whole:.2f} CPU seconds and {budget.wall:.2f} s. The stages add up to"
            f" {budget.sum / budget.whole:.0%} of it; with its clocks the command took {budget.clocked:.2f}.",
            "",
            f"What a byte, a random read and a start take here: read from a file in memory"
            f" {1e9 * budget.rates.read_file:.2f} ns, write to one {1e9 * budget.rates.write_file:.2f},"
            f" copy {1e9 * budget.rates.copy:.2f}, SHA-256 {1e9 * budget.rates.sha256:.2f};"
            f" a random read of the index {1e9 * budget.rates.random_read:.1f} ns; a start {budget.rates.start:.2f} s.",
            "",
        ]
    )


def table(budget: Budget) -> list[str]:
    """Lines of a table of Markdown: each stage that took a thousandth of the whole, then the sum and the whole."""
    heads = ["stage", "CPU s", "ns a ping", "share", "floor, ns a ping", "the floor is"]
    rows = [heads, ["---", "---:", "---:", "---:", "---:", "---"]]
    small = 0.0
    for name in NAMES:
        seconds, floor = budget.stages[name], budget.floors.get(name)
        if seconds < budget.whole / 1000:
            small += seconds
            continue
        limit = [f"{1e9 * floor.seconds / budget.work.pings:.1f}", floor.why] if floor else ["", ""]
        rows.append([name, *_figures(seconds, budget), *limit])
    if small:
        rows.append(["all smaller ones", *_figures(small, budget), "", ""])
    rows.append(["**sum of the stages**", *_figures(budget.sum, budget), "", ""])
    rows.append(["**the whole command**", *_figures(budget.whole, budget), "", ""])
    return [f"| {' | '.join(row)} |" for row in rows]


def _figures(seconds: float, budget: Budget) -> list[str]:
    """CPU seconds, nanoseconds a ping, and the share of the whole."""
    nanoseconds = 1e9 * seconds / budget.work.pings
    return [
        f"{seconds:.2f}",
        f"{nanoseconds:.1f}" if nanoseconds < 10 else f"{nanoseconds:.0f}",
        f"{seconds / budget.whole:.1%}",
    ]
