"""Makes places of features: checks ids, and joins features that share one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt

from footfall import geometry
from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.read.places.features import Features
from footfall.schema import Place, Places
from footfall.settings import PlaceSettings

EXACT = 2.0**53
"""From this number on a float can stand for several whole numbers."""

Groups = Mapping[str, npt.NDArray[np.int64]]
"""Positions of the features of each id that several share."""


def refuse_missing_columns(features: Features, settings: PlaceSettings) -> None:
    """Raise InputError for the first mapped column that the file does not have, with those it has."""
    mapped = settings.columns
    for setting in ("place_id", "name", "category", "radius", "parent"):
        refuse_missing_column(getattr(mapped, setting), setting, features.names, settings)


def refuse_missing_column(
    column: str | None, setting: str, there: Sequence[str], settings: PlaceSettings
) -> None:
    """Raise InputError if a mapped column does not exist."""
    if column is None or column in there:
        return
    lower = {name.lower(): name for name in there}
    near = lower.get(column.lower()) or next(iter(get_close_matches(column, there, 1)), None)
    hint = f" Did you mean {near!r}?" if near else ""
    raise InputError(
        f"The places have no column {column!r}; there are: {', '.join(there) or 'none'}",
        where=f"{settings.path}, setting places.columns.{setting}",
        fix=f"Map the column by its name in the file, in the same case.{hint}",
    )


def text(value: Any) -> str | None:
    """A value as text: without blanks around it, whole numbers without a fraction; None for null and blank."""
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, bool | None):
        return None if value is None else str(value).lower()
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, list):
        return f"[{' '.join(map(repr, value))}]"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value).strip().encode("utf-8", "replace").decode() or None


def one_per_id(features: Features, settings: PlaceSettings) -> tuple[Places, list[str]]:
    """One place per id, sorted by their ids as text; features of one place are joined where `same_id` allows it.

    Args:
        features: Valid polygons in WGS84.
        settings: The columns, and what several features with one id mean.

    Returns:
        The places; a joined one has the first name, category and parent that is not null. Notes say which ids were
        trimmed and which features joined.

    Raises:
        InputError: A feature has no id, one that is no text or number, or several features share one and may not be
            joined.
    """
    given = features.values(settings.columns.place_id)
    ids = _as_text(given, features, settings)
    trimmed = [i for i, value in zip(ids, given, strict=True) if isinstance(value, str) and i != value]
    notes = [f"Blanks around place ids were taken off: {shortened(trimmed)}."] if trimmed else []
    groups = _shared(ids)
    if groups:
        _refuse_ambiguous(groups, features, settings)
        sizes = shortened(f"{place_id} ({len(rows)} features)" for place_id, rows in groups.items())
        notes.append(f"Joined into one place, because they share an id: {sizes}.")
    return _places(ids, groups, features, settings), notes


def _places(ids: Sequence[str], groups: Groups, features: Features, settings: PlaceSettings) -> Places:
    """The places, sorted; those of several features joined."""
    position = {place_id: row for row, place_id in reversed([*enumerate(ids)])}
    shapes = features.shapes.copy()
    columns = settings.columns
    names, categories, parents = (
        _texts(features, c) for c in (columns.name, columns.category, columns.parent)
    )
    for place_id, rows in groups.items():
        first = position[place_id]
        shapes[first] = geometry.joined(shapes[rows])
        for words in (names, categories, parents):
            words[first] = next((words[row] for row in rows if words[row] is not None), None)
    order = sorted(position)
    rows = np.array([position[place_id] for place_id in order], np.int64)
    wkb = geometry.to_wkb(shapes[rows])
    found = zip(order, rows.tolist(), wkb, strict=True)
    return tuple(
        Place(place_id, names[row], categories[row], each, parents[row]) for place_id, row, each in found
    )


def _texts(features: Features, column: str | None) -> list[str | None]:
    if column is None:
        return [None] * len(features)
    return [text(value) for value in features.values(column)]


def _shared(ids: Sequence[str]) -> Groups:
    """The ids that several features have, sorted."""
    seen: dict[str, list[int]] = {}
    for row, place_id in enumerate(ids):
        seen.setdefault(place_id, []).append(row)
    return {place_id: np.array(seen[place_id]) for place_id in sorted(seen) if len(seen[place_id]) > 1}


def _as_text(values: Sequence[Any], features: Features, settings: PlaceSettings) -> list[str]:
    """The ids as text; raises InputError for missing or inexact ones."""
    where = f"{settings.path}, column {settings.columns.place_id}"
    odd = [
        number for number, value in zip(features.numbers.tolist(), values, strict=True) if not _is_one(value)
    ]
    if odd:
        raise InputError(
            f"Place ids are neither text nor numbers: features {shortened(odd)}",
            where=where,
            fix="Give the ids as text or as whole numbers.",
        )
    found = [text(value) for value in values]
    texts = [each for each in found if each is not None]
    if len(texts) < len(found):
        without = [n for n, each in zip(features.numbers.tolist(), found, strict=True) if each is None]
        raise InputError(
            f"Features without a place id: {shortened(without)}",
            where=where,
            fix="Give each feature an id, or take it out.",
        )
    vague = [value for value in values if isinstance(value, float) and abs(value) >= EXACT]
    if vague:
        raise InputError(
            f"Place ids are numbers with a fraction, too large to be exact: {shortened(vague)}",
            where=where,
            fix="Give the ids as text or as whole numbers.",
        )
    return texts


def _is_one(value: Any) -> bool:
    """Whether a value can be an id: no list or object, text in whole characters, bytes only of letters and signs."""
    if isinstance(value, list | dict | tuple):
        return False
    try:
        if isinstance(value, bytes):
            return value.decode().isprintable()
        str(value).encode()
    except UnicodeError:
        return False
    return True


def _refuse_ambiguous(groups: Groups, features: Features, settings: PlaceSettings) -> None:
    """Raise InputError if features of one id look like different places, or no id may repeat."""
    if settings.same_id == "merge":
        return
    differing = _differences(groups, features, settings)
    why = {place_id: differing.get(place_id) for place_id in groups}
    if settings.same_id == "auto":
        why = {place_id: difference for place_id, difference in why.items() if difference}
    if why:
        place_id, difference = next(iter(why.items()))
        raise InputError(
            f"Duplicate place ids: {shortened(why)};"
            f" features {shortened(features.numbers[groups[place_id]])} are {place_id}"
            + (f" and {difference}" if difference else ""),
            where=f"{settings.path}, column {settings.columns.place_id}",
            fix="Give each place its own id; or, where they are parts of one place, set places.same_id to merge.",
        )


def _differences(groups: Groups, features: Features, settings: PlaceSettings) -> dict[str, str]:
    """Why features with one id can hardly be one place: a text that differs, or areas that overlap."""
    found: dict[str, str] = {}
    described = (settings.columns.name, settings.columns.category, settings.columns.parent)
    for column in features.columns:
        if column in (settings.columns.place_id, settings.columns.radius):
            continue
        values = features.values(column)
        for place_id, rows in groups.items():
            texts = _different((values[row] for row in rows), column in described)
            if len(texts) > 1:
                found.setdefault(place_id, f"differ in {column}: {shortened(texts, 2)}")
    for place_id, rows in groups.items():
        if place_id not in found and geometry.overlapping(features.shapes[rows]):
            found[place_id] = "overlap"
    return found


def _different(values: Iterable[Any], described: bool) -> list[str]:
    """The texts of the values, each once, without nulls; values that are no text count only if `described` is true."""
    texts = {text(value): None for value in values if isinstance(value, str | dict) or described}
    texts.pop(None, None)
    return [each for each in texts if each is not None]
