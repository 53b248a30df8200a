"""Which features are one place: ids that are there, and features that share one."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import geopandas
import pandas as pd

from footfall import geometry
from footfall.errors import InputError
from footfall.settings import PlaceSettings

SHOWN = 5


def refuse_missing_columns(features: geopandas.GeoDataFrame, wanted: Sequence[str], path: Path) -> None:
    """Raise InputError for the first column that the file does not have, with those it has."""
    there = [str(column) for column in features.columns if column != features.geometry.name]
    for column in wanted:
        if column not in there:
            lower = {name.lower(): name for name in there}
            near = lower.get(column.lower()) or next(iter(get_close_matches(column, there, 1)), None)
            hint = f" Did you mean {near!r}?" if near else ""
            raise InputError(
                f"The places have no column {column!r}; there are: {', '.join(there) or 'none'}",
                where=f"{path}, setting places.columns",
                fix=f"Map the column by its name in the file.{hint}",
            )


def one_per_id(
    features: geopandas.GeoDataFrame, settings: PlaceSettings
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """One feature per place id, ids as text; features of one place are joined where `same_id` allows it.

    Raises:
        InputError: A feature has no id, or several features share one and may not be joined.
    """
    column = settings.columns.place_id
    ids = _as_text(features[column], settings)
    named = features.assign(**{column: ids}).reset_index(drop=True)
    groups = {str(i): g for i, g in named[ids.duplicated(keep=False).to_numpy()].groupby(column, sort=True)}
    if not groups:
        return named, []
    _refuse_ambiguous(groups, settings)
    first = named.drop_duplicates(column).reset_index(drop=True)
    shapes = first.geometry.to_numpy().copy()
    for place_id, group in groups.items():
        shapes[first.index[first[column] == place_id][0]] = geometry.union(group.geometry.to_numpy())
    note = f"{len(groups)} places stand in several features, which were joined: {_some(list(groups))}."
    return first.set_geometry(shapes, crs=features.crs), [note]


def _as_text(values: pd.Series, settings: PlaceSettings) -> pd.Series:
    """Ids as text: whole numbers without a fraction, everything else as it is written."""
    blank = [i for i, value in enumerate(values) if pd.isna(value) or not str(value).strip()]
    if blank:
        raise InputError(
            f"{len(blank)} features have no place id: number {_some([i + 1 for i in blank])}",
            where=f"{settings.path}, column {settings.columns.place_id}",
            fix="Give each feature an id, or take it out.",
        )
    whole = [isinstance(value, float) and value.is_integer() for value in values]
    texts = [str(int(v)) if w else str(v) for v, w in zip(values, whole, strict=True)]
    return pd.Series(texts, index=values.index, dtype=object)


def _refuse_ambiguous(groups: dict[str, geopandas.GeoDataFrame], settings: PlaceSettings) -> None:
    """Raise InputError where features of one id look like different places, or no id may repeat."""
    if settings.same_id == "merge":
        return
    why = {place_id: _difference(group, settings) for place_id, group in groups.items()}
    if settings.same_id == "auto":
        why = {place_id: difference for place_id, difference in why.items() if difference}
    if why:
        place_id, difference = next(iter(why.items()))
        told = f"; the features of {place_id} {difference}" if difference else ""
        raise InputError(
            f"Duplicate place ids: {_some(list(why))}{told}",
            where=f"{settings.path}, column {settings.columns.place_id}",
            fix="Give each place its own id; or, where they are parts of one place, set places.same_id to merge.",
        )


def _difference(group: geopandas.GeoDataFrame, settings: PlaceSettings) -> str | None:
    """Why features with one id can hardly be one place: a text that differs, or areas that overlap."""
    for column in group.columns.drop([group.geometry.name, settings.columns.place_id]):
        values = group[column].dropna().unique()
        if len(values) > 1 and all(isinstance(value, str) for value in values):
            return f"differ in {column}: {_some(values.tolist(), 2)}"
    return "overlap" if geometry.overlapping(group.geometry.to_numpy()) else None


def _some(values: Sequence[object], most: int = SHOWN) -> str:
    return ", ".join(map(str, values[:most])) + (" ..." if len(values) > most else "")
