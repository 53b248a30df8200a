"""Why a ping is not kept, in plain Python, written from the contract alone, to compare with."""

from math import isfinite
from typing import NamedTuple

Span = tuple[int, int]
CALENDAR = (-62_135_510_400_000_000, 253_402_128_000_000_001)
"""From 0001-01-02 to 9999-12-30, 00:00 UTC: what is an instant at all."""


class Given(NamedTuple):
    """The fields of a row of a typed file: microseconds since 1970 UTC, degrees, metres; None where nothing is."""

    device: str | None
    at: int | None
    lon: float | None
    lat: float | None
    accuracy: float | None


def dated(row: Given) -> bool:
    """Whether the row has an instant of the calendar."""
    return row.at is not None and CALENDAR[0] <= row.at < CALENDAR[1]


def defect(row: Given) -> str | None:
    """What is wrong with the fields themselves."""
    if not (row.device or "").strip(" "):
        return "missing_field:device"
    for name in ("at", "lat", "lon"):
        if getattr(row, name) is None:
            return f"missing_field:{name}"
    if not dated(row):
        return "wrong_type:at"
    for name in ("lat", "lon", "accuracy"):
        value = getattr(row, name)
        if value is not None and not isfinite(value):
            return f"wrong_type:{name}"
    return None


def fault(row: Given, limit: float) -> str | None:
    """The first rule that the values of a sound row break."""
    lon, lat = abs(row.lon or 0.0), abs(row.lat or 0.0)
    if 90 < lat <= 180 and lon <= 90:
        return "coordinates_swapped"
    if lat > 90 or lon > 180:
        return "coordinate_out_of_range"
    if lat == 0 and lon == 0:
        return "coordinate_zero"
    if row.accuracy is not None and row.accuracy > limit:
        return "accuracy_too_poor"
    return None


def reason(row: Given, asked: Span, near: Span, limit: float, plausible: Span = CALENDAR) -> str | None:
    """Why a row is not kept; None where it is."""
    if row.at is not None and dated(row) and not plausible[0] <= row.at < plausible[1]:
        return defect(row) or "implausible_time"
    why = defect(row) or fault(row, limit)
    if row.at is None or not dated(row) or asked[0] <= row.at < asked[1]:
        return why
    return None if why is None and near[0] <= row.at < near[1] else "outside_days"
