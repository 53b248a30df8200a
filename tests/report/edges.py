"""Reports at the edges: refused, empty, hidden, huge, hostile."""

from collections.abc import Callable

from .reports import assembled, run, town
from .town import Report, place, suppress


def refused() -> Report:
    """Build the report of a run that a quality gate refused."""
    report = town()
    report["run"] = run("refused")
    report["checks"][1] |= {"ok": False, "found": "31.0%", "accepted": "at most 10%", "fix": "Mend it."}
    return report


def empty() -> Report:
    """Build the report of a day on which no place was visited."""
    rows = [place(i, 0) for i in range(12)]
    report = town(12, 1)
    return assembled(rows, report["map"]["shapes"], 1)


def all_suppressed() -> Report:
    """Build a report in which every place is hidden."""
    report = town(12, 1)
    return assembled([suppress(row) for row in report["places"]], report["map"]["shapes"], 1)


def without_shapes() -> Report:
    """Build a report that has places but no outline of any."""
    return town(20) | {"map": {"bounds": None, "shapes": []}}


def pings_only() -> Report:
    """Build a report with pings in places, but no visit."""
    rows = [place(i, 0) | {"pings": 100 - i} for i in range(20)]
    return assembled(rows, town(20)["map"]["shapes"], 1)


def partial() -> Report:
    """Build a report of three days of which the first place knows two; what gives suppressed rows away is withheld."""
    report = town()
    report["places"][0] |= {"days": 2, "partial": True}
    for stage in report["funnel"]:
        if stage["key"] in ("outside_places", "inside_places", "boundary"):
            stage["rows"] = None
    return report


def warned() -> Report:
    """Build a published report of which a gate warns."""
    report = town()
    warning = {"name": "pings in a place", "found": "none of 12", "accepted": "one at least"}
    report["checks"].append({**warning, "ok": False, "level": "warn", "fix": "Look at the map."})
    return report | {"warnings": ["pings in a place: found none of 12, accepted one at least"]}


def huge() -> Report:
    """Build a report whose counts have eleven and more digits."""
    report = town()
    rows = [
        row | {key: row[key] * 98_765_432 for key in ("visits", "pings", "device_days") if row[key]}
        for row in report["places"]
    ]
    return assembled(rows, report["map"]["shapes"], 3)


def left_out() -> Report:
    """Build a report of more places than it lists."""
    report = town(60)
    report["places"] = report["places"][:40]
    return report | {"places_left_out": 20}


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></svg></style><h1>out</h1>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eright to left \u05d1\u05d9\u05ea \u05e7\u05e4\u05d4",
    "long" * 200,
    "nul \x00 and half \ud800 of a pair",
    "&lt;b&gt; ]]> <!-- ",
)


def hostile() -> Report:
    """Build a report in which every text that comes from outside tries to break out."""
    report = town()
    for i, each in enumerate(report["places"]):
        each |= {"name": HOSTILE[i % len(HOSTILE)], "category": HOSTILE[(i + 1) % len(HOSTILE)]}
    report["places"][0]["place_id"] = report["map"]["shapes"][0]["place_id"] = HOSTILE[1]
    samples = [{"raw": text * 3, "file": text, "line": 2} for text in HOSTILE]
    report["quarantine"] = [{"reason": HOSTILE[0], "rows": 9, "samples": samples}]
    report["quarantine"] += [{"reason": HOSTILE[1], "rows": 0, "samples": []}]
    report["warnings"] = list(HOSTILE)
    report["settings"] = [{"name": text, "value": text, "origin": text} for text in HOSTILE]
    report["inputs"] = [{"role": text, "path": text, "bytes": 1, "sha256": text} for text in HOSTILE]
    failed = {"ok": False, "level": "refuse"}
    report["checks"] = [
        {**failed, "name": text, "found": text, "accepted": text, "fix": text} for text in HOSTILE
    ]
    report["steps"] = [{"name": text, "seconds": 1.0, "facts": {text: text}} for text in HOSTILE]
    report["run"] = run("refused") | {"command": HOSTILE[0], "id": HOSTILE[1]}
    return report | {"time_zone": HOSTILE[0], "output": HOSTILE[3]}


EDGES: dict[str, Callable[[], Report]] = {
    "three days": town,
    "refused": refused,
    "empty": empty,
    "all suppressed": all_suppressed,
    "partial": partial,
    "warned": warned,
    "no shapes": without_shapes,
    "pings only": pings_only,
    "huge": huge,
    "left out": left_out,
    "hostile": hostile,
    "one place": lambda: town(1, 1),
    "three places": lambda: town(3, 1),
    "a month": lambda: town(40, 31),
    "a city": lambda: town(800, 1),
    "no place": lambda: assembled([], [], 1),
}
