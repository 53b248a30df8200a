"""Reports of the invented town, with numbers that agree with each other."""

from datetime import date, timedelta
from random import Random

from .town import Report, bounds, place, shape, sites, suppress

HOURS = [1, 0, 0, 0, 0, 2, 9, 31, 58, 62, 66, 84, 97, 90, 71, 66, 74, 92, 88, 60, 38, 19, 8, 3]
VERSIONS = {"footfall": "0.1.0", "spark": "4.1.2", "python": "3.11.7", "java": "17.0.15", "geos": "3.13.1"}
REASONS = {
    "coordinate_out_of_range": 212,
    "duplicate_header": 0,
    "missing_field:device": 31,
    "missing_field:lat": 0,
    "nonexistent_time": 0,
    "null_island": 87,
    "unreadable_row": 4,
    "wrong_type:at": 0,
}
SAMPLES = {
    "coordinate_out_of_range": [
        "d3***,191.4021,-90.5133,2023-03-01 10:14:02",
        "a0***,14.62,-590.51,2023-03-01 10:14:09",
    ],
    "missing_field:device": [",14.6201,-90.5211,2023-03-02 18:00:41"],
    "null_island": ["77***,0.0,0.0,2023-03-03 07:31:10"],
    "unreadable_row": ['5c***,14.61,"-90.51'],
}


def town(places: int = 40, days: int = 3, seed: int = 7) -> Report:
    """Build a published report of a town of shops.

    Args:
        places: How many shops; the last sixth has no visit, and two are suppressed in a town of 12 or more.
        days: How many days from 1 March 2023.
        seed: Where shops are and what they look like.
    """
    random = Random(seed)  # noqa: S311 (an invented town, not a secret)
    shapes, rows = [], []
    for i, (lon, lat) in enumerate(sites(random, places)):
        shapes.append({"place_id": f"S-{i:04d}", "rings": shape(random, i, lon, lat)})
        busy = (i * 13 + 11) % places
        visits = 0 if busy >= places - places // 6 else round(900 * (1 - busy / places) ** 2.2) + 3
        rows.append(place(i, visits))
    if places >= 12:
        rows[5:7] = [suppress(rows[5]), suppress(rows[6])]
    rows = sorted(rows, key=lambda row: (row["visits"] is None, -(row["visits"] or 0), row["place_id"]))
    return assembled(rows, shapes, days)


HEADLINE = ("places", "places_visited", "pings", "visits", "days", "suppressed_rows")


def assembled(rows: list[Report], shapes: list[Report], days: int) -> Report:
    """Put a report together around its places."""
    visits = sum(row["visits"] or 0 for row in rows)
    pings = sum(row["pings"] or 0 for row in rows)
    visited, hidden = sum(1 for row in rows if row["visits"]), sum(1 for row in rows if row["suppressed"])
    dates = [str(date(2023, 3, 1) + timedelta(days=i)) for i in range(days)]
    return {
        "job": "footfall",
        "main": "visits",
        "result": f"{visits:,} visits",
        "run": run(),
        "days": dates,
        "time_zone": "America/Guatemala",
        "privacy_k": 5 if hidden else 1,
        "headline": dict(
            zip(HEADLINE, (len(rows), visited, pings, visits, days, hidden * days), strict=True)
        ),
        "funnel": funnel(pings),
        "quarantine": quarantine(),
        "per_day": per_day(dates, visits, pings, visited),
        "weekday_before": weekdays_before(spread(visits, weights(dates))),
        "device_days": sum(row["device_days"] or 0 for row in rows),
        "hours": spread(visits, HOURS),
        "dwell_buckets": spread(visits - visits // 5, [30, 34, 41, 28, 9, 4, 2]),
        "dwell_bucket_labels": ["<5", "5-10", "11-20", "21-60", "61-120", "121-240", ">240"],
        "single_ping_visits": visits // 5,
        **{key: [] for key in ("visits_of_at_least", "periods", "panel")},
        "places": rows,
        "places_left_out": 0,
        "map": {"bounds": bounds(shapes), "shapes": shapes},
        "checks": checks(),
        "steps": steps(),
        "warnings": ["2 of the places overlap: a ping in both is counted in both."],
        "settings": settings(),
        "inputs": inputs(),
        "output": "/srv/town/out",
        **dict.fromkeys(("top_level", "cost")),
    }


def run(state: str = "published") -> Report:
    """Describe a run."""
    return {
        "id": "20230304T101500Z-3f9c",
        "state": state,
        "started": "2023-03-04T10:15:00Z",
        "finished": "2023-03-04T10:15:12Z",
        "seconds": 12.3,
        "command": "footfall run --settings town.yaml --days-from 2023-03-01 --days-to 2023-03-03",
        "versions": VERSIONS,
    }


def funnel(inside: int) -> list[Report]:
    """Lay out rows that add up to so many pings inside places."""
    quarantined, duplicate, outside_places, outside_days = sum(REASONS.values()), 410, inside // 7, 1204
    kept = inside + outside_places
    read = kept + duplicate + quarantined
    return [
        {"key": "scanned", "label": "rows in the input", "rows": read + outside_days},
        {"key": "outside_days", "label": "outside the days asked for", "rows": outside_days},
        {"key": "read", "label": "rows read", "rows": read},
        {"key": "quarantined", "label": "quarantined", "rows": quarantined},
        {"key": "duplicate", "label": "exact duplicates", "rows": duplicate},
        {"key": "kept", "label": "pings kept", "rows": kept},
        {"key": "outside_places", "label": "in no place", "rows": outside_places},
        {"key": "inside_places", "label": "in a place", "rows": inside},
        {"key": "boundary", "label": "pairs of ping and place exactly on a boundary", "rows": 12},
    ]


def quarantine() -> list[Report]:
    """List every reason, also those with no row."""
    return [
        {
            "reason": reason,
            "rows": rows,
            "samples": [
                {"raw": raw, "file": "data/pings.csv", "line": line}
                for line, raw in enumerate(SAMPLES.get(reason, []), start=2)
            ],
        }
        for reason, rows in REASONS.items()
    ]


def per_day(dates: list[str], visits: int, pings: int, visited: int) -> list[Report]:
    """Split the totals over the days, the first day without a day before."""
    parts = zip(dates, spread(visits, weights(dates)), spread(pings, weights(dates)), strict=True)
    told: list[Report] = []
    for when, seen, heard in parts:
        last = told[-1] if told else None
        before = {key: last[key] for key in ("day", "visits", "pings")} if last else None
        grown = seen / before["visits"] - 1 if before and before["visits"] else None
        told.append(
            {
                "day": when,
                "pings": heard,
                "visits": seen,
                "places_visited": visited,
                "before": before,
                "suppressed_rows": 0,
                "visits_change": grown,
            }
        )
    return told


def weekdays_before(visits: list[int]) -> list[int | None]:
    """Shift the visits by a week: nothing is known of the week before the first one."""
    return [None if i < 7 else visits[i - 7] for i in range(len(visits))]


def weights(dates: list[str]) -> list[int]:
    """Make weekends busier."""
    return [10 + 4 * (date.fromisoformat(each).weekday() >= 4) + i % 3 for i, each in enumerate(dates)]


def spread(total: int, parts: list[int]) -> list[int]:
    """Split a whole number by weights; the heaviest part takes what rounding leaves."""
    split = [total * part // sum(parts) for part in parts]
    split[parts.index(max(parts))] += total - sum(split)
    return split


def checks() -> list[Report]:
    """List passed checks."""
    found = {
        "rows read": ("60,733", "at least 0"),
        "share quarantined": ("0.55% (334 of 60,733)", "at most 10.00%"),
        "share in no place": ("12.50% (7,319 of 58,553)", "at most 100.00%"),
        "every row is accounted for": ("the sum agrees", "61,937 rows given by the reader"),
        "sampled pings are where GEOS finds them": ("0 of 1,998 pings differ", "0 pings"),
        "no more devices than pings": ("0 rows break it", "0 rows"),
        "each place has one row per day": ("120 rows, 120 of them distinct", "120"),
    }
    return [
        {"name": name, "ok": True, "found": told, "accepted": limit, "level": "refuse", "fix": ""}
        for name, (told, limit) in found.items()
    ]


def steps() -> list[Report]:
    """List the steps of a run with their times."""
    return [
        {"name": "read places", "seconds": 0.4, "facts": {"places": 40, "vertices": 512}},
        {"name": "find pings", "seconds": 0.1, "facts": {"files": 1, "bytes": 4_812_220}},
        {"name": "index places", "seconds": 0.2, "facts": {"cells": 1_204, "bytes": 88_112}},
        {"name": "count pings and visits", "seconds": 2.9, "facts": {"rows": 61_937}},
        {"name": "write", "seconds": 1.1, "facts": {}},
        {"name": "quarantine", "seconds": 0.8, "facts": {"rows": 334}},
        {"name": "publish", "seconds": 0.9, "facts": {"days": 3}},
    ]


def settings() -> list[Report]:
    """List settings with where they came from."""
    file, default = "file town.yaml", "default"
    return [
        {"name": "pings.path", "value": "data/pings.csv", "origin": file},
        {"name": "pings.columns.device", "value": "Hashed Device ID", "origin": file},
        {"name": "places.path", "value": "data/shops.shp", "origin": file},
        {"name": "visit_gap", "value": "30min", "origin": default},
        {"name": "boundary", "value": "open", "origin": default},
        {"name": "privacy.k", "value": "5", "origin": "variable FOOTFALL_PRIVACY_K"},
        {"name": "output", "value": "./out", "origin": "flag --output"},
    ]


def inputs() -> list[Report]:
    """List the files that were read."""
    return [
        {"role": "pings", "path": "data/pings.csv", "bytes": 4_812_220, "sha256": "9f2c" * 16},
        {"role": "places", "path": "data/shops.shp", "bytes": 18_404, "sha256": None},
    ]
