"""Which features are one place: ids that are there, and features that share one."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import geopandas
import pandas as pd

from footfall import geometry
from footfall.errors import InputError
from footfall.read.places.words import some
from footfall.settings import PlaceSettings

EXACT = 2.0**53
"""From here on not every whole number is a float, so that two ids could become one."""


def refuse_missing_columns(features: geopandas.GeoDataFrame, settings: PlaceSettings) -> None:
    """Raise InputError for the first mapped column that the file does not have, with those it has."""
    there = [str(column) for column in features.columns if column != features.geometry.name]
    for setting, column in settings.columns.model_dump(exclude_none=True).items():
        if column not in there:
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
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    whole = pd.api.types.is_float(value) and float(str(value)).is_integer()
    return (str(int(float(str(value)))) if whole else str(value).strip()) or None


def one_per_id(
    features: geopandas.GeoDataFrame, settings: PlaceSettings
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """One feature per place id, ids as text; features of one place are joined where `same_id` allows it.

    Args:
        features: Valid polygons, indexed by their number in the file.
        settings: The columns, and what several features with one id mean.

    Returns:
        The features in their order in the file; a joined one has the first name and category that is not null, and
        the other attributes of its first feature. Notes say which ids were trimmed and which features joined.

    Raises:
        InputError: A feature has no id, or several features share one and may not be joined.
    """
    column = settings.columns.place_id
    ids = _as_text(features[column], settings)
    trimmed = [
        i for i, value in zip(ids, features[column], strict=True) if isinstance(value, str) and i != value
    ]
    notes = [f"Blanks around place ids were taken off: {some(trimmed)}."] if trimmed else []
    named = features.copy()
    named[column] = ids
    shared = named[ids.duplicated(keep=False)]
    if shared.empty:
        return named, notes
    groups = {str(place_id): group for place_id, group in shared.groupby(column, sort=True)}
    _refuse_ambiguous(groups, settings)
    sizes = some(f"{place_id} ({len(group)} features)" for place_id, group in groups.items())
    return _joined(named, groups, settings), [
        *notes,
        f"Joined into one place, because they share an id: {sizes}.",
    ]


def _joined(
    features: geopandas.GeoDataFrame, groups: Mapping[str, geopandas.GeoDataFrame], settings: PlaceSettings
) -> geopandas.GeoDataFrame:
    column = settings.columns.place_id
    first = features.drop_duplicates(column).copy()
    shapes = {place_id: geometry.joined(group.geometry.to_numpy()) for place_id, group in groups.items()}
    for words in {settings.columns.name, settings.columns.category} - {None, column}:
        known = {place_id: group[words].dropna() for place_id, group in groups.items()}
        values = zip(first[column], first[words], strict=True)
        first[words] = [known[i].iloc[0] if i in known and len(known[i]) else value for i, value in values]
    both = zip(first[column], first.geometry, strict=True)
    return first.set_geometry([shapes.get(i, shape) for i, shape in both], crs=features.crs)


def _as_text(values: pd.Series, settings: PlaceSettings) -> pd.Series:
    """Ids as text, each there and exact."""
    where = f"{settings.path}, column {settings.columns.place_id}"
    texts = pd.Series([text(value) for value in values], index=values.index, dtype=object)
    if texts.isna().any():
        raise InputError(
            f"Features without a place id: {some(values.index[texts.isna()])}",
            where=where,
            fix="Give each feature an id, or take it out.",
        )
    vague = [value for value in values if pd.api.types.is_float(value) and abs(float(str(value))) >= EXACT]
    if vague:
        raise InputError(
            f"Place ids are numbers with a fraction, too large to be told apart: {some(vague)}",
            where=where,
            fix="Give the ids as text or as whole numbers; in GeoJSON, a null among them makes fractions of all.",
        )
    return texts


def _refuse_ambiguous(groups: Mapping[str, geopandas.GeoDataFrame], settings: PlaceSettings) -> None:
    """Raise InputError where features of one id look like different places, or no id may repeat."""
    if settings.same_id == "merge":
        return
    why = {place_id: _difference(group, settings) for place_id, group in groups.items()}
    if settings.same_id == "auto":
        why = {place_id: difference for place_id, difference in why.items() if difference}
    if why:
        place_id, difference = next(iter(why.items()))
        numbers = some(groups[place_id].index)
        raise InputError(
            f"Duplicate place ids: {some(why)}; features {numbers} are {place_id}"
            + (f" and {difference}" if difference else ""),
            where=f"{settings.path}, column {settings.columns.place_id}",
            fix="Give each place its own id; or, where they are parts of one place, set places.same_id to merge.",
        )


def _difference(group: geopandas.GeoDataFrame, settings: PlaceSettings) -> str | None:
    """Why features with one id can hardly be one place: a text that differs, or areas that overlap."""
    described = (settings.columns.name, settings.columns.category)
    for column in group.columns.drop([group.geometry.name, settings.columns.place_id]):
        texts = {text(v): None for v in group[column] if isinstance(v, str) or column in described}
        texts.pop(None, None)
        if len(texts) > 1:
            return f"differ in {column}: {some(texts, 2)}"
    return "overlap" if geometry.overlapping(group.geometry.to_numpy()) else None
