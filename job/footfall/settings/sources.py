"""Loads the settings of a run: flags override the environment, which overrides the file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from footfall.errors import SettingsError
from footfall.settings import OF_ENGINES, JobSettings, Settings, problems
from footfall.settings.layers import in_bundle, in_environment, in_file, in_flags
from footfall.settings.names import REQUIRED, written
from footfall.settings.names import SettingName as SettingName
from footfall.settings.names import setting_names as setting_names
from footfall.settings.problems import Given
from footfall.settings.storage import check_output
from footfall.settings.strict_yaml import StoredFile, YamlFile, read_file
from footfall.settings.values import hide_credentials

OF_SAMPLE_RUNS = ("count", "output", "catalog", *OF_ENGINES)
"""The settings that a run of the sample keeps: the job, output, catalog, and those of engines."""

Models = Mapping[str, type[JobSettings]]
"""The settings of each job, by its name."""


@dataclass(frozen=True)
class Loaded:
    """The settings of a run, and where each came from.

    `origins` gives for each dotted name "default", "file PATH", "variable NAME" or "flag --name".
    """

    settings: JobSettings
    origins: dict[str, str]

    def rows(self) -> list[dict[str, str]]:
        """Every setting as `name`, `value` and `origin`, without credentials."""
        values = self.settings.model_dump(mode="json")
        return [
            {"name": name, "value": hide_credentials(written(_at(values, name))), "origin": origin}
            for name, origin in self.origins.items()
        ]


def load(
    file: Path | StoredFile | None,
    environ: Mapping[str, str],
    flags: Mapping[str, str],
    models: Models,
    bundled: Callable[[str], Mapping[str, Any]] | None = None,
) -> Loaded:
    """The settings of a run.

    Args:
        file: The settings file, if there is one.
        environ: The environment; only variables that begin with FOOTFALL_ are read.
        flags: The text of each flag that was given, by the dotted name of its setting.
        models: The settings of each job.
        bundled: Gives the settings below all others, nested as in a file: those with which a job counts the bundled
            sample. One that the job does not have is left out.

    Raises:
        SettingsError: A setting is missing, unknown, given twice or not accepted, or the file is unreadable.
    """
    content = read_file(file) if file is not None else None
    model = _model_named(file, content, environ, flags, models)
    given: dict[str, Given] = {}
    sample = bundled(model.job()) if bundled else {}
    layers = (
        in_bundle(sample, model),
        in_file(file, content, model),
        in_environment(environ, model),
        in_flags(flags, model),
    )
    for layer in layers:
        _lay_over(given, layer)
    try:
        settings = model.model_validate(nested(given, model))
    except ValidationError as error:
        raise problems.not_accepted(
            error.errors(include_url=False), given, problems.in_sources(file), model
        ) from None
    return Loaded(settings, _origins(given, model))


def _job_named(
    file: Path | StoredFile | None,
    content: YamlFile | None,
    environ: Mapping[str, str],
    flags: Mapping[str, str],
    models: Models,
) -> str:
    """The job that a flag, the environment or the file names, in this order; else the first one.

    Raises:
        SettingsError: There is no such job.
    """
    named = [Given(flags["count"], "flag --count", None)] if "count" in flags else []
    if "FOOTFALL_COUNT" in environ:
        named.append(Given(environ["FOOTFALL_COUNT"], "variable FOOTFALL_COUNT", None))
    if content is not None and "count" in content.values:
        named.append(Given(content.values["count"], f"file {file}", content.lines.get("count")))
    if not named:
        return next(iter(models))
    if named[0].value not in models:
        raise problems.unknown_job(named[0], [*models])
    return str(named[0].value)


def _model_named(
    file: Path | StoredFile | None,
    content: YamlFile | None,
    environ: Mapping[str, str],
    flags: Mapping[str, str],
    models: Models,
) -> type[JobSettings]:
    """The settings of the job that is named.

    Raises:
        SettingsError: There is no such job, or a setting is given that only another one has.
    """
    job = _job_named(file, content, environ, flags, models)
    own = {setting.name for setting in setting_names(models[job])}
    for other, model in models.items():
        for setting in (each for each in setting_names(model) if each.name not in own):
            key = setting.name.partition(".")[0]
            if setting.name in flags:
                raise problems.of_another_job(setting.name, f"flag {setting.flag}", other, job)
            if setting.variable in environ:
                raise problems.of_another_job(setting.name, f"variable {setting.variable}", other, job)
            if content is not None and key in content.values and key not in models[job].model_fields:
                place = Given(None, f"file {file}", content.lines.get(key)).place
                raise problems.of_another_job(key, place, other, job)
    return models[job]


def output_named(
    file: Path | None, environ: Mapping[str, str], flags: Mapping[str, str], models: Models
) -> str | None:
    """The output that a flag, the environment or the file names, in this order; None if none does.

    Raises:
        SettingsError: A setting is unknown or given twice, the file is unreadable, or the output is not an address.
    """
    content = read_file(file) if file is not None else None
    model = _model_named(file, content, environ, flags, models)
    given: dict[str, Given] = {}
    for layer in (in_file(file, content, model), in_environment(environ, model), in_flags(flags, model)):
        given.update(layer)
    if "output" not in given:
        return None
    try:
        return check_output(str(given["output"].value))
    except ValueError as error:
        raise SettingsError(
            f"The output cannot be {given['output'].value}: {error}",
            where=given["output"].origin,
            fix="Name the folder, or s3://bucket/prefix, that runs write to.",
        ) from error


def with_sample(loaded: Loaded, sample: Mapping[str, Any]) -> Loaded:
    """The settings with inputs and rules of the bundled sample, and an output beside that of the real data.

    Args:
        loaded: Settings, of which OF_SAMPLE_RUNS stay.
        sample: The settings of the bundled sample, nested as in a file.
    """
    ours = loaded.settings
    catalog = ours.catalog.model_copy(update={"database": f"{ours.catalog.database}_sample"})
    own = {name: getattr(ours, name) for name in OF_SAMPLE_RUNS}
    own |= {"output": f"{ours.output}/sample", "catalog": catalog}
    kept = {name: origin for name, origin in loaded.origins.items() if name.split(".")[0] in own}
    model = type(ours)
    bundle = {key: value for key, value in sample.items() if key not in own and key in model.model_fields}
    origins = _origins(in_bundle(bundle, model), model)
    return Loaded(model.model_validate({**bundle, **own}), {**origins, **kept})


def _lay_over(given: dict[str, Given], layer: Mapping[str, Given]) -> None:
    """Add the values of a layer, which replace earlier ones; `day` and `days` replace each other."""
    if "day" in layer and "days" in layer:
        raise problems.day_twice(layer["day"], layer["days"])
    if "day" in layer or "days" in layer:
        given.pop("day", None)
        given.pop("days", None)
    given.update(layer)


def nested(given: Mapping[str, Given], model: type[JobSettings] = Settings) -> dict[str, Any]:
    """The values as nested mappings, as in a file; sections with a setting that is required are always there."""
    required = [setting.name for setting in setting_names(model) if setting.default == REQUIRED]
    tree: dict[str, Any] = {name.partition(".")[0]: {} for name in required if "." in name}
    for name, setting in given.items():
        *path, key = name.split(".")
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        node[key] = setting.value
    return tree


def _origins(given: Mapping[str, Given], model: type[JobSettings]) -> dict[str, str]:
    """The source of each setting by its name; that of `day` as `days`."""
    origins = {name: setting.origin for name, setting in given.items()}
    if "day" in origins:
        origins["days"] = origins.pop("day")
    names = (setting.name for setting in setting_names(model) if setting.name != "day")
    return {name: origins.get(name, "default") for name in names}


def _at(values: Mapping[str, Any], name: str) -> object:
    node: Any = values
    for step in name.split("."):
        node = node[step]
    return node
