"""The settings of a call: keywords instead of a file, variables and flags."""

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from pydantic import ValidationError

from footfall.errors import SettingsError
from footfall.settings import Settings, problems
from footfall.settings.names import SettingName, sections, setting_names
from footfall.settings.problems import Given
from footfall.settings.sources import nested
from footfall.suggestions import nearest, question

SHORT: Mapping[str, str] = {"columns": "pings.columns", "k": "privacy.k"}
"""Keywords that are shorter than the name of their setting."""

OF_RUNS = ("pings.path", "places.path", "output", "lineage", "engine", "task_timeout", "prices", "spark")
"""Settings and sections that a call has no use for: it publishes nothing, and is given its inputs."""


def from_keywords(
    keywords: Mapping[str, Any], inputs: Mapping[str, Any], used: Sequence[str] | None = None
) -> Settings:
    """The settings that keywords ask for.

    A keyword is the name of a setting with `_` for each dot (`visit_gap`, `pings_time_zone`), or that of a section
    with a mapping of its settings (`quality={"min_rows": 10}`), or one of SHORT.

    Args:
        keywords: The values by keyword.
        inputs: Those of OF_RUNS that the model requires, by dotted name; what keywords may replace can be here as well.
        used: The settings and sections that the call has a use for; None for all.

    Raises:
        SettingsError: A keyword is unknown, of no use here or given twice, or its value is not accepted.
    """
    given = {name: Given(value, "the call", None) for name, value in inputs.items()}
    seen: dict[str, str] = {}
    for keyword, value in keywords.items():
        for name, each in _settings_of(_name_of(keyword), value, keyword):
            if used is not None and not _is_of(name, used):
                raise SettingsError(
                    f"The setting `{name}` changes nothing here",
                    where=f"keyword {keyword}",
                    fix=f"Leave it out. What does: {', '.join(used)}.",
                )
            if seen.setdefault(name, keyword) != keyword:
                raise SettingsError(
                    f"Two keywords give the setting `{name}`",
                    where=f"keywords {seen[name]} and {keyword}",
                    fix="Keep one of them.",
                )
            given[name] = Given(each, f"keyword {keyword}", None)
    if "day" in given and "days" in given:
        raise problems.day_twice(given["day"], given["days"])
    try:
        return Settings.model_validate(nested(given))
    except ValidationError as error:
        raise problems.not_accepted(error.errors(include_url=False), given, _looked_at, Settings) from None


def names_by_keyword() -> dict[str, str]:
    """The dotted names of all settings and sections that a call may give, by keyword.

    `pings` and `places` are what is counted.
    """
    names = [*(setting.name for setting in setting_names()), *sorted(sections() - {"pings", "places"})]
    every = {**{name.replace(".", "_"): name for name in names}, **SHORT}
    return {keyword: name for keyword, name in every.items() if not _is_of_runs(name)}


def _name_of(keyword: str) -> str:
    known = names_by_keyword()
    if keyword in known:
        return known[keyword]
    if _is_of_runs(keyword) or keyword in {setting.name.replace(".", "_") for setting in setting_names()}:
        raise SettingsError(
            f"The setting {keyword!r} is one of runs: a call takes its inputs and gives its result directly",
            where=f"keyword {keyword}",
            fix="Leave it out.",
        )
    near = _ending_so(keyword, known) or nearest(keyword, known)
    raise SettingsError(
        f"There is no setting {keyword!r}",
        where=f"keyword {keyword}",
        fix=question(near)
        + "A keyword is the name of a setting of the job footfall, which a call counts by, with _ for each dot;"
        " docs/settings.md lists them.",
    )


def _ending_so(keyword: str, known: Mapping[str, str]) -> str | None:
    """The keyword of which only the end was given: `places_columns_place_id` for `place_id`."""
    return next((each for each in known if each.endswith(f"_{keyword}")), None)


def _settings_of(name: str, value: Any, keyword: str) -> Iterator[tuple[str, Any]]:
    """The settings that a value gives, with their dotted names: one, or those of a section."""
    if name not in sections():
        yield name, fspath(value) if isinstance(value, PathLike) else value
        return
    if not isinstance(value, Mapping):
        raise problems.not_a_section(name, Given(value, f"keyword {keyword}", None), Settings)
    known = {*(setting.name for setting in setting_names()), *sections()}
    for key, each in value.items():
        inner = f"{name}.{key}"
        if inner not in known:
            raise problems.unknown(inner, Given(each, f"keyword {keyword}", None), Settings)
        if _is_of_runs(inner):
            _name_of(inner.replace(".", "_"))
        yield from _settings_of(inner, each, keyword)


def _is_of_runs(name: str) -> bool:
    return _is_of(name, OF_RUNS)


def _is_of(name: str, names: Sequence[str]) -> bool:
    """Whether a setting is one of these, or in one of these sections."""
    return any(f"{name}.".startswith(f"{each}.") for each in names)


def _looked_at(_: SettingName) -> str:
    return "keywords alone"
