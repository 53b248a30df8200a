"""Writes what was measured: results.json for machines, results.md and results.svg for people."""

import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from bench.command import COMMANDS
from bench.contenders import ENTRIES
from bench.plot import Bar, Panel, drawn
from bench.rounds import Record

COLUMNS = {
    "contender": "---",
    "median s": "---:",
    "min - max s": "---:",
    "to footfall": "---:",
    "CPU s": "---:",
    "CPU to footfall": "---:",
    "million pings/s/core": "---:",
    "first s": "---:",
    "prepare s": "---:",
    "peak GiB": "---:",
    "version": "---",
}
HEAD, RULE = (f"| {' | '.join(cells)} |" for cells in (COLUMNS.keys(), COLUMNS.values()))
QUESTIONS = {
    "join": "pings per place and day",
    "table": "the whole footfall table",
    "command": "cold process to the table on disk",
}


def write(records: Sequence[Record], folder: Path) -> None:
    """Write the three files anew."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [asdict(record) for record in records]
    (folder / "results.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    (folder / "results.md").write_text(markdown(records), encoding="utf-8")
    (folder / "results.svg").write_text(drawn(panels(records)), encoding="utf-8")


def read(folder: Path) -> list[Record]:
    """What was written before."""
    return [Record(**told) for told in json.loads((folder / "results.json").read_text(encoding="utf-8"))]


def markdown(records: Sequence[Record]) -> str:
    """The results as a page of Markdown."""
    machine = records[0].machine
    page = [
        "# Results",
        "",
        "Written by `make bench`; what is measured and how stands in [README.md](README.md).",
        "",
        f"Machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['os']}."
        f" Each contender had {records[0].cores} cores and {records[0].memory_bytes / 2**30:g} GiB.",
    ]
    for title, group in scenarios(records):
        page += ["", f"## {title}", "", HEAD, RULE, *(_line(record, group) for record in _sorted(group))]
        page += _notes(group)
    return "\n".join(page) + "\n"


def scenarios(records: Iterable[Record]) -> list[tuple[str, list[Record]]]:
    """The records of each scenario, with its title."""

    def title(record: Record) -> str:
        data = record.data
        more = f", {data['inside']:.0%} inside" if data["inside"] else ""
        days = f", {data['days']} days" if data["days"] > 1 else ""
        store = ", from S3" if record.store == "s3" else ""
        return f"{QUESTIONS[record.question]}: {record.polygons}, {record.pings:,} pings{more}{days}{store}"

    return [(key, list(group)) for key, group in groupby(records, title)]


def panels(records: Sequence[Record]) -> list[Panel]:
    """The medians of each scenario as bars, with their spread."""
    return [
        Panel(
            title,
            [
                Bar(title_of(record.contender), median(record), min(record.seconds), max(record.seconds))
                for record in _sorted(group)
                if record.seconds and record.status == "ok"
            ],
        )
        for title, group in scenarios(records)
    ]


def title_of(contender: str) -> str:
    """The name of a contender for readers."""
    return (COMMANDS.get(contender) or ENTRIES[contender]).title


def median(record: Record) -> float:
    """The median of the timed answers in seconds; infinity where there is none."""
    return statistics.median(record.seconds) if record.seconds else float("inf")


def cpu(record: Record) -> float:
    """The median of the timed answers in seconds of CPU, of all cores together; 0 where it is not known."""
    return statistics.median(record.cpu_seconds) if record.cpu_seconds else 0.0


def _sorted(group: Iterable[Record]) -> list[Record]:
    return sorted(group, key=median)


def _line(record: Record, group: Iterable[Record]) -> str:
    cells = [title_of(record.contender)]
    if record.seconds and record.status == "ok":
        middle = median(record)
        rate = record.pings / middle / record.cores / 1e6
        cells += [f"{middle:.2f}", f"{min(record.seconds):.2f} - {max(record.seconds):.2f}"]
        cells += [
            _ratio(record, group, median),
            f"{cpu(record):.2f}",
            _ratio(record, group, cpu),
            f"{rate:.2f}",
        ]
    else:
        cells += [record.status.replace("|", "/"), *[""] * 5]
    cells += [_number(record.cold_seconds), _number(record.prepare_seconds)]
    cells += [_number(record.peak_bytes and record.peak_bytes / 2**30), record.version]
    return f"| {' | '.join(cells)} |"


def _ratio(record: Record, group: Iterable[Record], measure: Callable[[Record], float]) -> str:
    ours = [measure(other) for other in group if other.contender == "footfall" and other.seconds]
    return f"{measure(record) / ours[0]:.2f}" if ours and ours[0] else ""


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _notes(group: Iterable[Record]) -> list[str]:
    """What the table has no column for: parts of answers."""
    parts = [
        f"{title_of(record.contender)}: of the median answer {seconds:.2f} s are {part}."
        for record in group
        for part, seconds in record.parts.items()
    ]
    return ["", *parts] if parts else []
