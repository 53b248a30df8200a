"""Reads places of any format of `settings/place_formats.py` into valid WGS84 polygons, one per place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from footfall import geometry
from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.read.places import files as place_files
from footfall.read.places import ids as place_ids
from footfall.read.places.crs import to_degrees
from footfall.read.places.features import Features
from footfall.read.places.nesting import nested
from footfall.schema import InputFile, Places
from footfall.settings import PlaceSettings

Noted = tuple[Features, list[str]]
"""Features, and notes (sentences) on what was done to them."""


@dataclass(frozen=True)
class PlaceInput:
    """The places; `notes` are sentences on what was repaired, merged, reprojected or left out.

    `crs` is the reference system of the file's coordinates: EPSG:4326 for WGS84, else its name. `changes` lists, by the
    id of each place whose shape was repaired or joined, what was done to it.
    """

    places: Places
    files: tuple[InputFile, ...]
    crs: str
    notes: tuple[str, ...]
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_places(settings: PlaceSettings, table: pa.Table | None = None) -> PlaceInput:
    """The places of a file, or of a table in memory by the rules for GeoParquet.

    Args:
        settings: Where the places are, and how they are written.
        table: A table in memory; then `path` is its name in errors.

    Returns:
        At least one place. A place of one valid feature in WGS84 keeps its vertices bit for bit.

    Raises:
        InputError: The file is missing or not of its format; it lacks a column, a CRS or polygons; a place id is
            missing or ambiguous; a polygon lies outside the degrees of the earth or crosses the antimeridian; a point
            has no radius; places are parts of each other in a circle, or of none of the places.
        SettingsError: `places.crs` is not a known CRS, or a setting does not apply to the format.
        InfrastructureError: The disk has no space for unpacking a zip.
    """
    path = Path(settings.path)
    features, said = place_files.read(settings) if table is None else place_files.read_table(table, settings)
    place_ids.refuse_missing_columns(features, settings)
    shapes, left_out = _usable(features, settings)
    placed, crs, moved = to_degrees(shapes, settings.crs, path)
    polygons, rounded = _around_points(placed, settings)
    valid, repaired, changes = _valid(polygons, settings)
    places, joined = place_ids.one_per_id(valid, settings)
    places, said_of_parents = nested(places, valid, settings)
    if len(valid) > len(places):
        sizes = Counter(map(place_ids.text, valid.values(settings.columns.place_id)))
        for place_id, parts in sizes.items():
            if parts > 1 and place_id is not None:
                changes.setdefault(place_id, []).append(f"joined of {parts} features")
    return PlaceInput(
        places=places,
        files=place_files.files(path) if table is None else (),
        crs=crs,
        notes=(*said, *left_out, *moved, *rounded, *repaired, *joined, *said_of_parents),
        changes={place_id: tuple(done) for place_id, done in changes.items()},
    )


def _usable(features: Features, settings: PlaceSettings) -> Noted:
    """The features as flat polygons or points; those without a shape are left out, other kinds of shapes refused."""
    shapes = geometry.from_collections(geometry.flat(features.shapes))
    absent = geometry.absent(shapes)
    left_out = _leave_out(features.numbers[absent].tolist(), "no geometry that can be read", settings)
    kept = features.with_shapes(shapes).where(~absent)
    usable = geometry.are_polygons(kept.shapes)
    if settings.radius is not None or settings.columns.radius is not None:
        usable |= geometry.are_points(kept.shapes)
    other = kept.where(~usable)
    if len(other):
        found = shortened(
            f"{n} ({kind})" for n, kind in zip(other.numbers, geometry.kinds(other.shapes), strict=True)
        )
        points = " Points need places.radius, in metres." if geometry.are_points(other.shapes).any() else ""
        raise InputError(
            f"Features are not polygons: {found}",
            where=settings.path,
            fix=f"Give each place as a polygon or multipolygon.{points}",
        )
    return _not_empty(kept, settings), left_out


def _around_points(features: Features, settings: PlaceSettings) -> Noted:
    """The features with points replaced by circles."""
    if geometry.are_points(features.shapes).any():
        from footfall.read.places import circles  # and with it PROJ, which polygons in degrees do not need

        return circles.around_points(features, settings)
    if settings.radius is None and settings.columns.radius is None:
        return features, []
    return features, ["No place is a point, so the radius that is set was not used."]


def _valid(features: Features, settings: PlaceSettings) -> tuple[Features, list[str], dict[str, list[str]]]:
    """The features with valid polygons, notes, and what was repaired by the id of its place."""
    shapes = features.shapes
    invalid = geometry.invalid(shapes)
    if not invalid.any():
        return features, [], {}
    ids = features.where(invalid).values(settings.columns.place_id)
    reasons = [
        (place_ids.text(place_id), geometry.reason(shape))
        for place_id, shape in zip(ids, shapes[invalid], strict=True)
    ]
    why = [f"{place_id} ({reason})" for place_id, reason in reasons]
    if settings.invalid == "refuse":
        raise InputError(
            f"Polygons are not valid: {shortened(why)}",
            where=settings.path,
            fix="Repair them, or set places.invalid to repair.",
        )
    shapes = shapes.copy()
    shapes[invalid] = geometry.repaired(shapes[invalid])
    mended = features.with_shapes(shapes)
    void = geometry.without_area(shapes)
    left_out = _leave_out(mended.numbers[void].tolist(), "no area", settings)
    kept = [reason for reason, gone in zip(why, void[invalid], strict=True) if not gone]
    notes = [f"Invalid polygons were repaired: {shortened(kept)}."] if kept else []
    changes: dict[str, list[str]] = {}
    for (place_id, reason), gone in zip(reasons, void[invalid], strict=True):
        if place_id is not None and not gone:
            changes.setdefault(place_id, []).append(f"repaired: {reason}")
    return _not_empty(mended.where(~void), settings), [*notes, *left_out], changes


def _leave_out(numbers: list[int], what: str, settings: PlaceSettings) -> list[str]:
    """A note on features that are left out; raises InputError if the settings refuse them."""
    if numbers and settings.invalid == "refuse":
        raise InputError(
            f"Features have {what}: {shortened(numbers)}",
            where=settings.path,
            fix="Take them out, or set places.invalid to repair.",
        )
    return [f"Features were left out, because they have {what}: {shortened(numbers)}."] if numbers else []


def _not_empty(features: Features, settings: PlaceSettings) -> Features:
    if len(features) == 0:
        raise InputError(
            "The file holds no polygon", where=settings.path, fix="Name a file with at least one place."
        )
    return features
