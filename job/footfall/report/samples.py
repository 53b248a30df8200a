"""Samples of quarantined rows that may be shown: without device ids."""

import re
from typing import Any

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

SAMPLES = 3
LONGEST = 200
HIDDEN = "[device]"

_LOOKS_LIKE_AN_ID = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z_])[\w-]{8,}|\d{15,}")


def samples(quarantine: DataFrame) -> dict[str, list[dict[str, str]]]:
    """Up to three rows per reason of QUARANTINE, the same ones for the same rows, without device ids."""
    in_order = Window.partitionBy("reason").orderBy("file", "raw")
    first = quarantine.withColumn("number", f.row_number().over(in_order)).where(f.col("number") <= SAMPLES)
    found: dict[str, list[dict[str, str]]] = {}
    for row in first.orderBy("reason", "number").collect():
        shown: dict[str, Any] = {"raw": masked(row.raw or "", row.device), "file": row.file or ""}
        found.setdefault(row.reason, []).append(shown)
    return found


def masked(raw: str, device: str | None) -> str:
    """The row without its device id: where that could not be read, without anything that looks like an id."""
    known = raw.replace(device, HIDDEN) if device else raw
    hidden = _LOOKS_LIKE_AN_ID.sub(HIDDEN, known)
    return hidden if len(hidden) <= LONGEST else hidden[:LONGEST] + " …"
