"""Answers as JSON."""

import json
from typing import Any

from footfall.explain.geodesy import MEASURED_BY
from footfall.explain.numbers import NumberAnswer
from footfall.explain.pings import PingAnswer
from footfall.explain.places import PlaceAnswer
from footfall.explain.words import verdict
from footfall.schema import MEASURES, Place

Document = dict[str, Any]


def as_json(document: Document) -> str:
    """A document as the text of JSON."""
    return json.dumps(document, indent=2, ensure_ascii=False, default=str)


def of_ping(answer: PingAnswer) -> Document:
    """The answer on a ping, as a document."""
    row, where = answer.row, answer.where
    return {
        "verdict": verdict(answer),
        "counted": answer.is_counted,
        "reason": answer.reason,
        "file": row.file or None,
        "line": row.line or None,
        "text": row.raw or None,
        "device": row.device,
        "lon": row.lon,
        "lat": row.lat,
        "accuracy": row.accuracy,
        "time": vars(answer.moment) if answer.moment else None,
        "rules": [vars(rule) for rule in answer.rules],
        "repeats": [{"file": file, "line": line} for file, line in answer.repeats],
        "boundary": answer.boundary,
        "inside": [_place(place) for place in where.inside] if where else None,
        "on_boundary_of": [_place(place) for place in where.on_boundary] if where else None,
        "in_holes_of": [_place(place) for place in where.in_holes_of] if where else None,
        "nearest": vars(where.nearest) if where and where.nearest else None,
        "measured_by": MEASURED_BY,
    }


def of_place(answer: PlaceAnswer) -> Document:
    """The answer on a place, as a document; a number of too few devices is null."""
    shape = vars(answer.shape) | {"overlaps": [vars(overlap) for overlap in answer.shape.overlaps]}
    days = [
        {
            "day": day.day,
            "verdict": day.verdict,
            "run": day.run,
            "suppressed": day.is_suppressed if day.row else None,
            "row": None if day.row is None else {column.name: day.row[column.name] for column in MEASURES},
            "rows_near": day.near,
            "rows_inside_not_kept": day.bad,
            "kept_rows_of_the_day": day.pings,
            "nearest_outside": {"metres": day.metres, "side": day.side},
            "beyond_all_pings": day.is_beyond,
        }
        for day in answer.days
    ]
    return {
        **_place(answer.place),
        "category": answer.place.category,
        "zone": answer.zone,
        "k": answer.k,
        "shape": shape,
        "days": days,
        "measured_by": MEASURED_BY,
    }


def of_number(answer: NumberAnswer) -> Document:
    """The answer on the numbers of a place and a day, as a document."""
    names = [column.name for column in MEASURES if answer.measure in (None, column.name)]
    return {
        **_place(answer.place),
        "day": answer.day,
        "zone": answer.zone,
        "run": answer.run,
        "suppressed": answer.is_suppressed,
        "k": answer.k,
        "measures": {name: answer.row[name] for name in names},
        "hours": [
            {"hour": hour, **vars(sums), "visits": answer.row["visits_by_hour"][hour]}
            for hour, sums in enumerate(answer.hours)
        ],
        "dwell": answer.buckets,
        "counted_again": None
        if answer.is_suppressed
        else {
            "same": not answer.differs,
            "differs": {
                name: {"published": one, "again": two} for name, (one, two) in answer.differs.items()
            },
        },
    }


def _place(place: Place) -> Document:
    return {"place_id": place.place_id, "name": place.name}
