"""The sums that a run tells, each beside the same sum over the published rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

Told = Mapping[str, Any]
Rows = Mapping[date, Sequence[Mapping[str, Any]]]


def sums(manifest: Told, report: Told, rows: Rows) -> Iterator[tuple[Any, Any]]:
    """Each sum that is told anywhere, and the same over the published rows alone."""
    shown = {day: [row for row in of_day if not row["suppressed"]] for day, of_day in rows.items()}
    every = [row for of_day in shown.values() for row in of_day]
    for name in ("pings", "visits"):
        yield manifest["totals"][name], sum(row[name] for row in every)
        yield report["headline"][name], sum(row[name] for row in every)
        for stated in (*manifest["per_day"], *report["per_day"]):
            yield stated[name], sum(row[name] for row in shown[date.fromisoformat(stated["day"])])
    yield from _top_level(manifest, report, rows)
    yield report["single_ping_visits"], sum(row["single_ping_visits"] for row in every)
    for key, name in (("hours", "visits_by_hour"), ("dwell_buckets", "dwell_buckets")):
        yield (
            report[key],
            [sum(values) for values in zip(*(row[name] for row in every), strict=True)] or report[key],
        )
    for place in report["places"]:
        own = [row for row in every if row["place_id"] == place["place_id"]]
        for key, name in (("pings", "pings"), ("device_days", "devices"), ("visits", "visits")):
            if place[key] is not None:
                yield place[key], sum(row[name] for row in own)
        yield place["days"], len(own)
        by_day = {
            day: row
            for day, of_day in shown.items()
            for row in of_day
            if row["place_id"] == place["place_id"]
        }
        yield place["visits_by_day"], [by_day[day]["visits"] if day in by_day else None for day in rows]


def _top_level(manifest: Told, report: Told, rows: Rows) -> Iterator[tuple[Any, Any]]:
    """The sums over the places that are part of no other, where some are."""
    told, parts = manifest["top_level"], {p["place_id"] for p in report["places"] if p["parent_id"]}
    assert bool(told) == bool(parts)
    if told:
        top = [row for of_day in rows.values() for row in of_day if row["place_id"] not in parts]
        for name in ("pings", "visits"):
            yield told[name], sum(row[name] for row in top if not row["suppressed"])
        yield told["suppressed_rows"], sum(row["suppressed"] for row in top)
