"""Reads the features of a file of places, after guessing the columns of shapes or points."""

from dataclasses import dataclass, field
from pathlib import Path

from footfall.errors import InputError, SettingsError
from footfall.guess.columns import Given, refuse_unknown
from footfall.guess.entries import Entry
from footfall.guess.names import by_name
from footfall.guess.questions import Ask, Question
from footfall.guess.samples import Sample, sample_of
from footfall.read.pings.files import DataFile
from footfall.read.places import files as place_files
from footfall.read.places.features import Features
from footfall.read.places.shapes import looks_like_shapes
from footfall.settings import PlaceColumns, PlaceSettings
from footfall.settings.place_formats import CSV, PARQUET

HEAD = 1 << 22
"""Bytes of a table of places that are read for a guess; polygons may be long."""


@dataclass
class GuessedPlaces:
    """The guesses on places.

    Attributes:
        settings: The settings of places, as a run takes them.
        entries: The settings to write, with their reasons.
        box: The smallest box around all places: west, south, east, north, in degrees.
        notes: Sentences on what was repaired or reprojected while reading.
    """

    settings: PlaceSettings
    entries: list[Entry] = field(default_factory=list)
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    notes: tuple[str, ...] = ()

    def take(self, name: str, value: str | float, why: str) -> None:
        """Add a setting of places, or of their columns as `columns.name`."""
        self.entries.append(Entry(f"places.{name}", value, why))
        step, _, column = name.partition(".")
        if column:
            columns = PlaceColumns.model_validate({**self.settings.columns.model_dump(), column: value})
            self.settings = self.settings.model_copy(update={"columns": columns})
        else:
            self.settings = self.settings.model_copy(update={step: value})


def features_of(guessed: GuessedPlaces, given: Given, ask: Ask) -> Features:
    """All features of a file; for a table, the columns of shapes or points are guessed first.

    Raises:
        InputError: The file is missing or invalid, or no column holds shapes or points.
        SettingsError: A given column does not exist, or the radius of points is unknown.
    """
    given_shapes = [name for name in ("geometry", "lat", "lon") if f"places.columns.{name}" in given]
    if not given_shapes:
        try:
            return place_files.read(guessed.settings)[0]
        except InputError:
            if not _is_table(Path(guessed.settings.path)):
                raise
    sample = _sample(Path(guessed.settings.path))
    shapes = [name for name in sample.names if any(map(looks_like_shapes, sample.values(name)[:100]))]
    if "geometry" in given_shapes or (shapes and not given_shapes):
        name = given.get("places.columns.geometry") or (by_name(shapes, "geometry") or shapes)[0]
        refuse_unknown(name, sample.names, "places.columns.geometry", guessed.settings.path)
        why = "Given." if given_shapes else "Its values are shapes, as WKT, WKB or GeoJSON."
        guessed.take("columns.geometry", name, why)
    else:
        _guess_points(guessed, sample, given, ask)
    return place_files.read(guessed.settings)[0]


def _guess_points(guessed: GuessedPlaces, sample: Sample, given: Given, ask: Ask) -> None:
    found = {part: by_name(sample.names, part) for part in ("lat", "lon")}
    for part in found:
        if f"places.columns.{part}" in given:
            found[part] = [given[f"places.columns.{part}"]]
    if not (found["lat"] and found["lon"]):
        raise InputError(
            f"No column holds shapes, and none is called like a latitude and a longitude: {', '.join(sample.names)}",
            where=f"places.path: {guessed.settings.path}",
            fix="Name a column of WKT, WKB or GeoJSON by --place-geometry, or points by --place-lat and --place-lon.",
        )
    for part, names in found.items():
        refuse_unknown(names[0], sample.names, f"places.columns.{part}", guessed.settings.path)
    radius = by_name(sample.names, "radius")
    updates: dict[str, str] = {part: names[0] for part, names in found.items()}
    if radius and "places.radius" not in given:
        updates["radius"] = radius[0]
    columns = PlaceColumns.model_validate({**guessed.settings.columns.model_dump(), **updates})
    guessed.settings = guessed.settings.model_copy(update={"columns": columns})
    for part, name in updates.items():
        guessed.entries.append(Entry(f"places.columns.{part}", name, "By its name: places are points."))
    if "radius" not in updates:
        question = Question(
            "places.radius",
            "How many metres around its point does a place reach?",
            "The places are points, and no column says how large they are.",
            has_guess=False,
            check=float,
        )
        is_given = "places.radius" in given
        metres, how = (given["places.radius"], "Given.") if is_given else ask(question)
        guessed.take("radius", _metres(metres), how)


def _metres(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        raise SettingsError(
            f"The radius {said!r} is no number", where="setting places.radius", fix="Give metres, as 50."
        ) from None


def _is_table(path: Path) -> bool:
    names = [path.name.lower()]
    for packed in (".gz", ".bz2", ".zst"):
        names.append(path.name.lower().removesuffix(packed))
    return any(name.endswith((*CSV.endings, *PARQUET.endings)) for name in names)


def _sample(path: Path) -> Sample:
    kind = "parquet" if path.name.lower().endswith(PARQUET.endings) else "csv"
    return sample_of([DataFile(str(path), path.stat().st_size, listed=False)], kind, head=HEAD)
