"""A month of runs in a folder, as a schedule leaves it: weekends busier, a few days gone wrong."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from footfall.report.html import render_html
from tests.history.manifests import manifest
from tests.report.reports import town

FIRST, DAYS = date(2023, 3, 1), 31
NOW = datetime(2023, 3, 1, 4, tzinfo=UTC) + timedelta(days=DAYS)
"""Four hours after March."""

REFUSED, FAILED, MISSING, LOST, TROUBLED = 12, 17, 23, 24, 9
"""Days of March on which the schedule had a bad night."""


def month(output: Path, days: int, now: datetime) -> None:
    """Write the runs of so many days from 1 March 2023; the last one is running.

    Args:
        output: The output folder.
        days: How many.
        now: When the last run says that it lives.
    """
    random = Random(3)  # noqa: S311 (an invented town, not a secret)
    for number in range(days):
        day = FIRST + timedelta(days=number)
        marked = day.day if day.month == FIRST.month else 0
        if number == days - 1:
            _alive(output, day, now)
        elif marked == LOST:
            _alive(output, day, datetime(day.year, day.month, day.day + 1, 3, 5, tzinfo=UTC))
        elif marked != MISSING:
            _ended(output, day, random, marked)
        if marked == TROUBLED:
            _write(output, manifest(f"{_id(day)}-late", day, **_failure(day, "The bucket does not answer")))


def _ended(output: Path, day: date, random: Random, marked: int) -> None:
    busy = (0.8, 0.8, 0.85, 0.9, 1.1, 1.5, 1.3)[day.weekday()] * random.uniform(0.9, 1.1)
    report = town(40, 1, 7)
    for place in report["places"]:
        if place["visits"] is not None:
            place["visits"] = round(place["visits"] * busy * random.uniform(0.85, 1.15))
            place["visits_by_day"] = [place["visits"]]
    visits = sum(place["visits"] or 0 for place in report["places"])
    report |= {"days": [str(day)], "headline": report["headline"] | {"visits": visits}}
    report["per_day"] = [report["per_day"][0] | {"day": str(day), "visits": visits}]
    told = manifest(_id(day), day, **_times(day, 40 + 30 * random.random()))
    sums = {
        "day": str(day),
        "pings": visits * 6,
        "visits": visits,
        "places_visited": 33,
        "suppressed_rows": 2,
    }
    told |= {"per_day": [sums], "totals": told["totals"] | {"visits": visits, "pings": visits * 6}}
    if marked == REFUSED:
        told |= {
            "state": "refused",
            "exit_code": 4,
            "refusal": "The quality gate refused to publish: quarantined",
        }
    if marked == FAILED:
        told = manifest(_id(day), day, **_failure(day, "The file cannot be read: it ends early"))
    _write(output, told)
    if told["state"] != "failed":
        report["run"] = report["run"] | {"id": told["run_id"], "state": told["state"]}
        folder = output / "runs" / told["run_id"]
        (folder / "report.json").write_text(json.dumps(report))
        (folder / "report.html").write_text(render_html(report))


def _failure(day: date, reason: str) -> dict[str, object]:
    absent = dict.fromkeys(("counts", "totals", "per_day", "checks"))
    return {**_times(day, 9, hour=5), **absent, "state": "failed", "exit_code": 6, "refusal": reason}


def _times(day: date, seconds: float, hour: int = 3) -> dict[str, object]:
    began = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(days=1)
    ended = began + timedelta(seconds=seconds)
    return {
        "started": f"{began:%Y-%m-%dT%H:%M:%SZ}",
        "finished": f"{ended:%Y-%m-%dT%H:%M:%SZ}",
        "seconds": round(seconds, 3),
    }


def _id(day: date) -> str:
    return f"{day + timedelta(days=1):%Y%m%d}T030000Z-{day.toordinal() % 65536:04x}"


def _write(output: Path, told: dict[str, object]) -> None:
    folder = output / "runs" / str(told["run_id"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(told))


def _alive(output: Path, day: date, then: datetime) -> None:
    folder = output / "runs" / _id(day)
    folder.mkdir(parents=True)
    told = {
        "run_id": _id(day),
        "started": f"{then - timedelta(minutes=2):%Y-%m-%dT%H:%M:%SZ}",
        "days": str(day),
        "step": "count pings and visits",
        "versions": {"footfall": "0.1.0"},
    }
    (folder / "alive.json").write_text(json.dumps(told))
    os.utime(folder / "alive.json", (then.timestamp(), then.timestamp()))
