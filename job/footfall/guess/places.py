"""Guesses the settings of places from all features: columns of ids, names, categories, shapes, and the CRS."""

from collections.abc import Iterator

import numpy as np

from footfall import geometry
from footfall.errors import FootfallError, InputError
from footfall.guess.columns import Given, one_of, refuse_unknown
from footfall.guess.entries import Entry
from footfall.guess.features import GuessedPlaces, features_of
from footfall.guess.names import by_name
from footfall.guess.questions import Ask, Option, Question
from footfall.guess.systems import system_options
from footfall.plurals import counted
from footfall.read.places import PlaceInput, read_places
from footfall.read.places import files as place_files
from footfall.read.places.features import Features
from footfall.read.places.ids import text
from footfall.settings import PlaceSettings

_MOST_IDS = 6
_FEW, _MOST_CATEGORIES = 5, 1_000


def guess_places(here: str, path: str, given: Given, ask: Ask, points: geometry.Floats) -> GuessedPlaces:
    """The guessed settings of the places of a file, which is read completely.

    Args:
        here: The file on this machine.
        path: Its path or address, as the user gave it.
        given: The settings that flags give, by their names.
        ask: Answers questions that the file leaves open.
        points: (n, 2) longitudes and latitudes of pings in degrees, near which the places should be.

    Raises:
        InputError: The file is missing or invalid.
        SettingsError: A given column does not exist, or a question has no answer.
    """
    guessed = GuessedPlaces(PlaceSettings(path=here))
    for name in ("layer", "encoding"):
        if f"places.{name}" in given:
            guessed.take(name, given[f"places.{name}"], "Given.")
    features = features_of(guessed, given, ask)
    guessed.entries.insert(
        0, Entry("places.path", path, f"{counted(len(features), 'feature')}, all looked at.")
    )
    _guess_id(guessed, features, given, ask)
    _guess_words(guessed, features, given)
    placed = _placed(guessed, features, given, ask, points)
    guessed.box = geometry.bounds(tuple(place.wkb for place in placed.places))
    guessed.notes = placed.notes
    return guessed


def _guess_id(guessed: GuessedPlaces, features: Features, given: Given, ask: Ask) -> None:
    """Add the column of ids: filled and different in every feature."""
    setting = "places.columns.place_id"
    if setting in given:
        refuse_unknown(given[setting], features.names, setting, guessed.settings.path)
        guessed.take("columns.place_id", given[setting], "Given.")
        return
    named = by_name(features.names, "place_id")
    others = [name for name in features.names if name not in named]
    unique = [name for name in named[:_MOST_IDS] if _is_unique(name, guessed, features)]
    if unique:
        also = f"; {', '.join(map(repr, unique[1:3]))} could be, too" if unique[1:] else ""
        why = f"By its name; filled and different in each of {counted(len(features), 'feature')}{also}."
        guessed.take("columns.place_id", unique[0], why)
        return
    unique = [name for name in others[:_MOST_IDS] if _is_unique(name, guessed, features)]
    question = Question(
        setting,
        "Which column holds the id of a place?",
        "No column with a usual name is filled and different in each feature; features that share an id are parts of"
        " one place.",
        (
            *(Option(name, "filled and different in each feature") for name in unique),
            *(Option(name, "not different, or not filled, in each feature") for name in named),
        ),
        has_guess=len(unique) == 1,
        check=one_of(features.names),
    )
    name, how = ask(question)
    refuse_unknown(name, features.names, setting, guessed.settings.path)
    guessed.take("columns.place_id", name, f"{how} {question.why}")


def _is_unique(name: str, guessed: GuessedPlaces, features: Features) -> bool:
    """Whether a column is filled and different in each feature; one of numbers is read for that."""
    if name not in features.columns:
        columns = guessed.settings.columns.model_copy(update={"place_id": name})
        features, _ = place_files.read(guessed.settings.model_copy(update={"columns": columns}))
    values = features.values(name)
    if any(isinstance(value, list | dict) for value in values):
        return False
    texts = [text(value) for value in values]
    return None not in texts and len({*texts}) == len(texts)


def _guess_words(guessed: GuessedPlaces, features: Features, given: Given) -> None:
    """Add the columns of names and categories."""
    for part in ("name", "category"):
        setting = f"places.columns.{part}"
        if setting in given:
            if given[setting]:
                refuse_unknown(given[setting], features.names, setting, guessed.settings.path)
                guessed.take(f"columns.{part}", given[setting], "Given.")
            continue
        found = [
            name
            for name in by_name(list(features.columns), part)
            if _describes(name, part, guessed, features)
        ]
        if found:
            values = {value for value in features.values(found[0]) if text(value) is not None}
            guessed.take(f"columns.{part}", found[0], f"By its name; it has {counted(len(values), 'value')}.")


def _describes(name: str, part: str, guessed: GuessedPlaces, features: Features) -> bool:
    taken = {column for column in guessed.settings.columns.model_dump().values() if column}
    texts = [value for value in features.values(name) if isinstance(value, str) and value.strip()]
    if name in taken or not texts:
        return False
    kinds = len({*texts})
    return part == "name" or kinds <= _FEW or (kinds < len(texts) and kinds <= _MOST_CATEGORIES)


def _placed(
    guessed: GuessedPlaces, features: Features, given: Given, ask: Ask, points: geometry.Floats
) -> PlaceInput:
    """The places as a run reads them; asks for their reference system if the file does not say it."""
    if "places.crs" in given:
        guessed.take("crs", given["places.crs"], "Given.")
        return read_places(guessed.settings)
    try:
        return read_places(guessed.settings)
    except InputError as failure:
        if features.crs is not None:
            raise
        corners = geometry.corners(features.shapes[~geometry.absent(features.shapes)])
        if features.default is not None and np.abs(corners).max(initial=0) <= 360:
            raise
        options = tuple(_near_pings(guessed.settings, corners, points))
        question = Question(
            "places.crs",
            "Which coordinate reference system are the places in?",
            f"The file states none, and its coordinates go from {corners[:, :2].min(axis=0)} to"
            f" {corners[:, 2:].max(axis=0)}.",
            options,
            has_guess=len(options) == 1,
        )
        system, how = ask(question)
        why = next((option.why for option in options if option.value == system), "")
        guessed.take("crs", system, f"{how} The file states none. {why}".strip())
        return _read_again(guessed.settings, failure)


def _read_again(settings: PlaceSettings, failure: InputError) -> PlaceInput:
    try:
        return read_places(settings)
    except InputError as again:
        raise again from failure


def _near_pings(
    settings: PlaceSettings, corners: geometry.Floats, points: geometry.Floats
) -> Iterator[Option]:
    """The likely reference systems, in which the places lie near the pings."""
    for system in system_options(corners, points):
        try:
            placed = read_places(settings.model_copy(update={"crs": system}))
        except FootfallError:
            continue
        west, south, east, north = geometry.bounds(tuple(place.wkb for place in placed.places))
        lon, lat = points[:, 0], points[:, 1]
        near = (west - 0.5 <= lon) & (lon <= east + 0.5) & (south - 0.5 <= lat) & (lat <= north + 0.5)
        if near.any():
            yield Option(
                system,
                f"In it {near.mean():.0%} of the pings looked at lie within half a degree of the places.",
            )
