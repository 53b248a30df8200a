"""What a report says, as one dictionary: the content of report.json, of the page and of the terminal's summary."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from footfall.runs.evidence import Evidence, Results
from footfall.runs.facts import Counts
from footfall.runs.manifest import Manifest
from footfall.runs.outcome import Check

_OF_THE_RUN = ("state", "started", "finished", "seconds", "command", "versions", "engine")
_STATED = (
    "days",
    "top_level",
    "time_zone",
    "inputs",
    "warnings",
    "output",
    "steps",
    "cost",
    "per_day",
    "digests",
    "periods",
    "panel",
)
"""What the report says in the words of the manifest."""


def report(evidence: Evidence, manifest: Manifest) -> dict[str, Any]:
    """The report of a run.

    Args:
        evidence: The run at its end.
        manifest: What it says to machines; the report says the same.
    """
    stated = manifest.to_json()
    return {
        "job": manifest.job,
        "run": {
            "id": manifest.run_id,
            **{key: stated[key] for key in _OF_THE_RUN},
        },
        "headline": stated["totals"],
        "main": evidence.results.shown.main,
        **{key: stated[key] for key in _STATED},
        "weekday_before": weekdays_before(evidence.results),
        "privacy_k": evidence.settings.privacy.k,
        "funnel": stages(evidence.counts, evidence.results.shown.stages),
        "quarantine": [
            {"reason": reason, "rows": rows, "samples": evidence.results.samples.get(reason, [])}
            for reason, rows in evidence.funnel.quarantined.items()
        ],
        **evidence.sections,
        "checks": checks(evidence.checks),
        "settings": list(evidence.run.settings),
    }


def weekdays_before(results: Results) -> list[int | None]:
    """For each day the main sum of the same weekday before, as published or counted in the run; None if it is not."""
    main = results.shown.main
    here = {day.day: day.sums for day in results.totals.by_day}
    known = {day: sums[main] for day, sums in {**results.before, **here}.items() if sums is not None}
    return [known.get(date.fromordinal(max(day.toordinal() - 7, 1))) for day in here]


def to_json(report: dict[str, Any]) -> str:
    """A report as JSON, each of its keys on a line of its own; to indent all of it would take five times as long."""
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in report.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def stages(counts: Counts, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """The funnel of rows, stage by stage as they are labelled; `rows` is null where it may not be said."""
    rows = counts.stages
    return [{"key": key, "label": label, "rows": rows[key]} for key, label in labels.items()]


def checks(found: Iterable[Check]) -> list[dict[str, Any]]:
    """The checks, without the distinction that only the run needs."""
    return [{key: value for key, value in asdict(check).items() if key != "gate"} for check in found]
