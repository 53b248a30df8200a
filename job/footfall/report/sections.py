"""What each section of the page shows, drawn from the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from footfall.report.charts import bar
from footfall.report.words import DASH, MINUS, change, counted, number, share
from footfall.runs.facts import DaySums

LISTED = 10
"""How many places the top and the bottom list hold."""

LEAVING = ("outside_days", "quarantined", "duplicate", "outside_places")
BESIDE = ("boundary",)
"""Stages that are beside the sum."""

Place = dict[str, Any]


@dataclass(frozen=True)
class Card:
    """One key figure."""

    label: str
    value: str
    note: str


@dataclass(frozen=True)
class Line:
    """One line of a bar list: a sign ("=", minus or nothing), a label, a count, its share and its bar.

    `rows` is None where the count may not be said.
    """

    sign: str
    label: str
    rows: int | None
    share: str
    bar: Markup
    kind: str


@dataclass(frozen=True)
class Ranked:
    """A place with its rank and its bar."""

    rank: int
    place: Place
    bar: Markup


@dataclass(frozen=True)
class Ranking:
    """The places with the most and the fewest, in two lists that share no place.

    Places with suppressed days had at least what is known of them: they can be among those with the most, never among
    those with the fewest.
    """

    measure: str
    top: list[Ranked]
    bottom: list[Ranked]
    suppressed: int
    partial: int
    empty: int


@dataclass(frozen=True)
class Change:
    """How a day's count differs from that of another day: an arrow ("up", "down", "level" or nothing) and words."""

    arrow: str
    words: str


@dataclass(frozen=True)
class DayLine:
    """One day: its numbers, its bar, how it differs from the day before and from the same weekday before."""

    sums: dict[str, Any]
    bar: Markup
    day_before: Change
    weekday_before: Change


def counts(report: dict[str, Any]) -> dict[str, Any]:
    """Look up the rows of the funnel by key; None where they may not be said."""
    return {stage["key"]: stage["rows"] for stage in report["funnel"]}


def cards(report: dict[str, Any]) -> list[Card]:
    """Choose the key figures."""
    sums, rows, k = report["headline"], counts(report), report["privacy_k"]
    single = counted(report["single_ping_visits"], "visit")
    rule = f"place-days, to protect under {counted(k, 'device')}" if k > 1 else "no minimum of devices set"
    inside = "no ping was kept"
    if rows["inside_places"] is None:
        inside = "suppressed place-days left out"
    elif rows["kept"]:
        inside = f"{share(rows['inside_places'], rows['kept'])} of kept pings lie in a place"
    bad = f"{share(rows['quarantined'], rows['read'])} of the rows read"
    return [
        Card("Visits", number(sums["visits"]), f"{single} of a single ping"),
        devices_card(report),
        Card("Pings in places", number(sums["pings"]), inside),
        *top_level_cards(report),
        Card("Places visited", number(sums["places_visited"]), f"of {number(sums['places'])}"),
        Card("Quarantined", number(rows["quarantined"]), bad if rows["read"] else "no row was read"),
        Card("Suppressed", number(sums["suppressed_rows"]), rule),
    ]


def top_level_cards(report: dict[str, Any]) -> list[Card]:
    """The sums that leave out places that are part of others, where there are such places."""
    sums = report["top_level"]
    if sums is None:
        return []
    most = f"in {counted(sums['places'], 'place')} that {'is' if sums['places'] == 1 else 'are'} part of no other"
    rule = f"without the {counted(sums['parts'], 'place')} in others"
    return [
        Card("Visits, top level", number(sums["visits"]), most),
        Card("Pings, top level", number(sums["pings"]), rule),
    ]


def devices_card(report: dict[str, Any]) -> Card:
    """The devices of all places, added up: the job counts them in each place on each day, not over all."""
    if len(report["days"]) > 1:
        return Card("Device-days", number(report["device_days"]), "each device once per place and day")
    return Card("Devices", number(report["device_days"]), "each device once per place")


def funnel(report: dict[str, Any]) -> list[Line]:
    """Lay the rows out as a sum: what comes in, what leaves at each step, what is left."""
    rows = counts(report)
    labels = {stage["key"]: stage["label"] for stage in report["funnel"] if stage["key"] not in BESIDE}
    whole = rows["scanned"]
    lines, left, last = [], whole, [*labels][-1]
    for key in labels:
        leaves = key in LEAVING
        kind = "leaves" if leaves else "result" if key == last else "stays"
        sign = MINUS if leaves else "" if key == "scanned" else "="
        if rows[key] is None:
            lines.append(Line(sign, labels[key], None, DASH, Markup(), kind))
            continue
        left -= rows[key] if leaves else 0
        drawn = bar(rows[key], whole, start=left if leaves else 0, kind=kind)
        lines.append(Line(sign, labels[key], rows[key], share(rows[key], whole), drawn, kind))
    return lines


def dwell(report: dict[str, Any]) -> list[Line]:
    """Lay out how long visits lasted; single pings, whose dwell is unknown, come last."""
    single = report["single_ping_visits"]
    known = report["dwell_buckets"]
    longest, visits = max(*known, single), sum(known) + single
    labels = [f"{label.replace('-', DASH)} min" for label in report["dwell_bucket_labels"]]
    lines = [
        Line("", label, rows, share(rows, visits), bar(rows, longest), "stays")
        for label, rows in zip(labels, known, strict=True)
    ]
    unknown = bar(single, longest, kind="unknown")
    return [*lines, Line("", "unknown: a single ping", single, share(single, visits), unknown, "unknown")]


def ranking(report: dict[str, Any], measure: str) -> Ranking:
    """Take the first and the last of the listed places, by what is known of them."""
    known = [place for place in report["places"] if not place["suppressed"] and place[measure] is not None]
    most = max((place[measure] for place in known), default=0)
    ranks = list(enumerate(known, start=1))
    whole = [ranked for ranked in ranks[LISTED:] if not ranked[1]["partial"]]
    top, bottom = (
        [Ranked(rank, place, bar(place[measure], most)) for rank, place in some]
        for some in (ranks[:LISTED], whole[-LISTED:][::-1])
    )
    empty = sum(1 for place in known if not place[measure] and not place["partial"])
    hidden, partial = len(report["places"]) - len(known), sum(1 for place in known if place["partial"])
    return Ranking(measure, top, bottom, hidden, partial, empty)


def days(report: dict[str, Any]) -> list[DayLine]:
    """Lay out the days with their changes against the day before and the same weekday before."""
    main = report["main"]
    most = max((each[main] for each in report["per_day"]), default=0)
    return [
        DayLine(
            each,
            bar(each[main], most),
            compared(each[main], (each["before"] or {}).get(main)),
            compared(each[main], week_before),
        )
        for each, week_before in zip(report["per_day"], report["weekday_before"], strict=True)
    ]


def sum_names(report: dict[str, Any]) -> list[str]:
    """The names of the sums that each day has, the main one first."""
    return DaySums.from_json(report["per_day"][0]).names if report["per_day"] else []


def compared(count: int, before: int | None, absent: str = "not published") -> Change:
    """Say how a count differs from that of another day; where that is None, that it is `absent`."""
    if before is None:
        return Change("", absent)
    if not before:
        return Change("", f"from {number(before)}")
    grown = count / before - 1
    arrow = "up" if grown > 0 else "down" if grown < 0 else "level"
    return Change(arrow, f"{change(grown)} from {number(before)}")


def shared_pings(report: dict[str, Any]) -> str:
    """Explain why the pings of the places add up to more than the pings in a place; nothing where they agree."""
    inside, summed = counts(report)["inside_places"], report["headline"]["pings"]
    if inside is None or inside == summed:
        return ""
    return (
        f"{counted(inside, 'ping')} {'lies' if inside == 1 else 'lie'} in a place. The pings of all places add up to"
        f" {number(summed)}, since places overlap: a ping in two of them counts in both."
    )


def step_bars(steps: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], Markup]]:
    """Pair each step with its bar: steps follow each other, so each bar starts where the last one ended."""
    whole = sum(step["seconds"] for step in steps)
    started = 0.0
    lines = []
    for step in steps:
        lines.append((step, bar(step["seconds"], whole, start=started)))
        started += step["seconds"]
    return lines
