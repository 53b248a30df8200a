"""What a report on visits to places says beside what all reports say."""

from typing import Any

from footfall.plurals import counted
from footfall.report.outlines import place_shapes
from footfall.runs.outcome import PlacesTotals
from footfall.schema import DWELL_BUCKETS, Places
from footfall.settings import Settings
from footfall.settings.lengths import length_texts


def sections(totals: PlacesTotals, places: Places, settings: Settings) -> dict[str, Any]:
    """The parts of the report on places, hours and dwell, by their keys.

    Args:
        totals: The sums of what is to be published.
        places: The places of the run.
        settings: Those of the run.
    """
    return {
        "result": _result(totals, len(places)),
        "device_days": totals.sum("devices"),
        "hours": list(totals.hours),
        "dwell_buckets": list(totals.dwell_buckets),
        "dwell_bucket_labels": list(DWELL_BUCKETS),
        "visits_of_at_least": at_least(totals, settings),
        "single_ping_visits": totals.sum("single_ping_visits"),
        **located(totals, places),
    }


def headline(totals: PlacesTotals, places: int) -> dict[str, int]:
    """The main sums of all days, by their names; `places` is how many places there are."""
    return {
        "places": places,
        "places_visited": totals.visited_places,
        "pings": totals.sum("pings"),
        "visits": totals.sum("visits"),
        "days": len(totals.by_day),
        "suppressed_rows": totals.suppressed,
    }


def _result(totals: PlacesTotals, places: int) -> str:
    """The main sums in one line."""
    parts = (
        counted(totals.sum("visits"), "visit"),
        counted(totals.sum("pings"), "ping in places", "pings in places"),
        f"{totals.visited_places:,} of {counted(places, 'place')} visited",
        counted(len(totals.by_day), "day"),
    )
    return " · ".join(parts)


def located(totals: PlacesTotals, places: Places) -> dict[str, Any]:
    """The places of the report, how many others there are, and the outlines of those that are listed."""
    shown = listed(totals, places)
    return {
        "places": shown,
        "places_left_out": len(places) - len(shown),
        "map": place_shapes(places, [place["place_id"] for place in shown]),
    }


def listed(totals: PlacesTotals, places: Places) -> list[dict[str, Any]]:
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


def at_least(totals: PlacesTotals, settings: Settings) -> list[dict[str, Any]]:
    """Visits that last at least as long as each duration that was asked for; null where no row says so."""
    texts = length_texts(settings.visits_of_at_least or ())
    return [
        {"dwell": text, "visits": visits}
        for text, visits in zip(texts, totals.at_least or [None] * len(texts), strict=True)
    ]
