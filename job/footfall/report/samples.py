"""Samples of quarantined rows that everybody may see: without device ids."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

SAMPLES = 3
LONGEST = 200
DEVICE, HIDDEN = "[device]", "[hidden]"

_TIME = r"\d{4}-\d\d-\d\dT\d\d(?![\w-])"
_LOOKS_LIKE_AN_ID = re.compile(rf"(?<![\w-])(?!{_TIME})(?=[\w-]*\d)(?=[\w-]*[^\W\d])[\w-]{{8,}}|\d{{15,}}")
_WORD = re.compile(r"[^\s,;|\"']+")
_COORDINATE_OR_TIME = re.compile(
    r"[+-]?\d{1,3}\.\d+|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?|\d\d?:\d\d(?::[\d.]+)?", re.ASCII
)


def samples(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, str | int]]]:
    """Up to three rows per reason, the first ones by file and line, without device ids.

    Args:
        rows: Rows of QUARANTINE, in any order: the first SAMPLES of each reason must be among them.

    Returns:
        For each reason `raw`, `file` and `line` of its rows.
    """
    found: dict[str, list[dict[str, str | int]]] = {}
    for row in sorted(rows, key=lambda row: (row["reason"], row["file"], row["line"])):
        of_reason = found.setdefault(row["reason"], [])
        if len(of_reason) < SAMPLES:
            raw = masked(row["reason"], row["device"], row["raw"] or "")
            of_reason.append({"raw": raw, "file": row["file"], "line": row["line"]})
    return found


def masked(reason: str, device: str | None, raw: str) -> str:
    """The row without its device id, and without anything that looks like another id.

    In a row that cannot be split the position of the id is unknown: of such rows only coordinates and times are left.
    """
    if reason == "unreadable_row":
        hidden = _WORD.sub(lambda word: word[0] if _COORDINATE_OR_TIME.fullmatch(word[0]) else HIDDEN, raw)
    else:
        hidden = _LOOKS_LIKE_AN_ID.sub(HIDDEN, _without(device or "", raw))
    return hidden if len(hidden) <= LONGEST else hidden[:LONGEST] + " …"


def _without(device: str, raw: str) -> str:
    """The row without the id as it stands, or as CSV and JSON write it; a blank one is in no row."""
    if not device.strip():
        return raw
    spellings = (json.dumps(device, ensure_ascii=False)[1:-1], device.replace('"', '""'), device)
    return re.sub("|".join(map(re.escape, spellings)), DEVICE, raw)
