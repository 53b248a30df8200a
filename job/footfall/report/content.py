"""What a report says, as one dictionary: the content of report.json, of the page and of the terminal's summary."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from footfall.report.outlines import place_shapes
from footfall.runs.evidence import Evidence, Results
from footfall.runs.facts import Counts
from footfall.runs.manifest import Manifest
from footfall.runs.outcome import Check, Totals
from footfall.schema import DWELL_BUCKETS, Places
from footfall.settings import Settings
from footfall.settings.lengths import length_texts

_STAGES = {
    "scanned": "rows in the input",
    "outside_days": "of days that were not asked for",
    "read": "rows of the asked days",
    "quarantined": "could not be used",
    "duplicate": "repeat another row exactly",
    "kept": "pings that were looked up",
    "outside_places": "in no place",
    "inside_places": "in a place",
    "boundary": "exactly on a place's boundary",
}

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
    stated, totals = manifest.to_json(), evidence.results.totals
    return {
        "run": {
            "id": manifest.run_id,
            **{key: stated[key] for key in _OF_THE_RUN},
        },
        "headline": stated["totals"],
        **{key: stated[key] for key in _STATED},
        "weekday_before": weekdays_before(evidence.results),
        "device_days": sum(day.devices for day in totals.by_day),
        "privacy_k": evidence.settings.privacy.k,
        "funnel": stages(evidence.counts),
        "quarantine": [
            {"reason": reason, "rows": rows, "samples": evidence.results.samples.get(reason, [])}
            for reason, rows in evidence.funnel.quarantined.items()
        ],
        "hours": list(totals.hours),
        "dwell_buckets": list(totals.dwell_buckets),
        "dwell_bucket_labels": list(DWELL_BUCKETS),
        "visits_of_at_least": at_least(totals, evidence.settings),
        "single_ping_visits": sum(day.single_ping_visits for day in totals.by_day),
        **located(totals, evidence.inputs.places),
        "checks": checks(evidence.checks),
        "settings": list(evidence.run.settings),
    }


def weekdays_before(results: Results) -> list[int | None]:
    """For each day the visits of the same weekday before, as published or counted in the run; None where it is not."""
    here = {day.day: day.visits for day in results.totals.by_day}
    earlier = {day: sums[1] for day, sums in results.before.items() if sums is not None}
    known = {**earlier, **here}
    return [known.get(date.fromordinal(max(day.toordinal() - 7, 1))) for day in here]


def to_json(report: dict[str, Any]) -> str:
    """A report as JSON, each of its keys on a line of its own; to indent all of it would take five times as long."""
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in report.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def located(totals: Totals, places: Places) -> dict[str, Any]:
    """The places of the report, how many others there are, and the outlines of those that are listed."""
    shown = listed(totals, places)
    return {
        "places": shown,
        "places_left_out": len(places) - len(shown),
        "map": place_shapes(places, [place["place_id"] for place in shown]),
    }


def listed(totals: Totals, places: Places) -> list[dict[str, Any]]:
    """The places of the report with their sums; null where all rows with visitors are suppressed.

    `visits_by_day` has a number for each day that was counted, null where that row is suppressed; `days` is how many
    are known, and so of how many days the sums are: not of all where `partial`. `parent_id` is that of the place that
    it is part of.
    """
    by_id = {place.place_id: place for place in places}
    return [
        {
            "place_id": place.place_id,
            "name": by_id[place.place_id].name,
            "category": by_id[place.place_id].category,
            "parent_id": by_id[place.place_id].parent_id,
            "pings": place.pings,
            "device_days": place.device_days,
            "visits": place.visits,
            "dwell_p50": place.dwell_p50,
            "visits_by_day": list(place.visits_by_day),
            "days": place.days,
            "partial": 0 < place.days < len(place.visits_by_day),
            "suppressed": place.pings is None,
        }
        for place in totals.by_place
    ]


def at_least(totals: Totals, settings: Settings) -> list[dict[str, Any]]:
    """Visits that last at least as long as each duration that was asked for; null where no row says so."""
    texts = length_texts(settings.visits_of_at_least or ())
    return [
        {"dwell": text, "visits": visits}
        for text, visits in zip(texts, totals.at_least or [None] * len(texts), strict=True)
    ]


def stages(counts: Counts) -> list[dict[str, Any]]:
    """The funnel of rows, stage by stage; `rows` is null where it may not be said."""
    rows = counts.stages
    return [{"key": key, "label": label, "rows": rows[key]} for key, label in _STAGES.items()]


def checks(found: Iterable[Check]) -> list[dict[str, Any]]:
    """The checks, without the distinction that only the run needs."""
    return [{key: value for key, value in asdict(check).items() if key != "gate"} for check in found]
