"""A run as an AWS Glue job: separates Glue's own arguments from those of `footfall run`."""

import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from awsglue.utils import GlueArgumentError, getResolvedOptions

import footfall
from footfall.engines.spark.engine import SparkEngine
from footfall.engines.spark.session import WORKERS, catalog, submitted_session
from footfall.errors import FootfallError, SettingsError
from footfall.jobs import setting_names
from footfall.pipeline import Finished
from footfall.platforms.driver import count
from footfall.runs.progress import Progress
from footfall.settings.sources import OF_SAMPLE_RUNS, Loaded

SAMPLE = "--sample"
OWN = ("--settings", SAMPLE)
"""The flags of `footfall run` that are no settings."""

FAMILIES = (
    "--JOB_",
    "--additional-python-",
    "--continuous-log-",
    "--custom-log",
    "--customer-",
    "--disable-",
    "--enable-",
    "--extra-",
    "--footfall-",
    "--job-",
    "--python-",
    "--spark-event-",
    "--user-jars-",
    "--write-shuffle-",
)
"""How the names of most of Glue's arguments begin, and that by which the launcher knows a run again."""

OF_GLUE = (
    "--RedshiftTempDir",
    "--SECURITY_CONFIGURATION",
    "--TempDir",
    "--auto-scale-within-microbatch",
    "--class",
    "--conf",
    "--continuation-option",
    "--datalake-formats",
    "--debug",
    "--encryption-type",
    "--executor-cores",
    "--library-set",
    "--mode",
    "--scriptLocation",
    "--use-postgres-driver",
    "--version",
)


OPTIONS_OF_PIP = "--python-modules-installer-option"
"""The argument of Glue whose text looks like arguments."""


class Failed(Exception):
    """Ends the script; Glue then marks the run as failed, and shows this text as its error.

    Args:
        error: Why.
    """

    def __init__(self, error: FootfallError) -> None:
        super().__init__(
            f"exit code {error.exit_code}: {error.what} (where: {error.where}) (do: {error.fix})"
        )


def words(argv: Sequence[str]) -> list[str]:
    """The arguments for `footfall` among those that Glue gave the script.

    Args:
        argv: All arguments of the script: its own name, then `--name value` or `--name=value`.

    Raises:
        SettingsError: Glue's own arguments are not as Glue gives them, or one is neither Glue's nor a setting.
    """
    _resolved(argv)
    sections = {setting.flag: setting.name.split(".")[0] for setting in setting_names()}
    given = {}
    for name, text in _pairs(argv[1:]):
        if name in sections or name in OWN:
            given[name] = text
        elif name not in OF_GLUE and not name.startswith(FAMILIES):
            raise _unknown(name, [*sections, *OWN])
    is_sample = given.pop(SAMPLE, "false") != "false"
    if is_sample:  # what the job says of its real inputs is no error of the run
        given = {name: text for name, text in given.items() if sections.get(name, "output") in OF_SAMPLE_RUNS}
    # Joined by `=`, so that a value that begins with a dash is not taken for a flag.
    return ["run", *([SAMPLE] if is_sample else []), *(f"{name}={text}" for name, text in given.items())]


def run(
    argv: Sequence[str], loaded: Loaded, command: Sequence[str], progress: Progress, run_id: str
) -> Finished:
    """Run the job with the Spark that Glue has.

    Args:
        argv: The arguments of the script.
        loaded: The settings and where they came from; `spark.*` among them is for local runs only.
        command: The words that repeat the run.
        progress: Shows the steps.
        run_id: The id of the run.
    """
    with progress.step("start Spark", "as Glue has it"):
        session = submitted_session({**_workers(), **catalog(loaded.settings, os.environ)})
        engine = SparkEngine(session, "Glue started the process")
    options = _resolved(argv)
    names = {"glue_job": options["JOB_NAME"], "glue_run": options.get("JOB_RUN_ID")}
    return count(
        engine, loaded, command, progress, run_id, {name: text for name, text in names.items() if text}
    )


def _workers() -> dict[str, str]:
    """Configuration of the workers' daemon, if the job is installed as a package and so on all workers; else empty."""
    is_installed = Path(footfall.__file__).is_file()
    return WORKERS if is_installed else {}


def _resolved(argv: Sequence[str]) -> dict[str, str | None]:
    """Glue's own arguments, as its library reads them."""
    try:
        return dict(getResolvedOptions(list(argv), ["JOB_NAME"]))
    except (GlueArgumentError, RuntimeError) as error:
        raise SettingsError(
            f"The arguments are not as Glue gives them: {error}",
            where="arguments of the job run",
            fix="Start the script as a Glue job, or with --JOB_NAME and a name.",
        ) from error


def _pairs(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The names and texts of arguments; one without a text has an empty one."""
    rest = list(given)
    while rest:
        name, is_whole, text = rest.pop(0).partition("=")
        if not is_whole and rest and (name == OPTIONS_OF_PIP or _is_text(rest[0])):
            text = rest.pop(0)
        yield name, text


def _is_text(word: str) -> bool:
    return not word.startswith("--") or " " in word


def _unknown(name: str, known: Sequence[str]) -> SettingsError:
    near = get_close_matches(name, known, n=1)
    return SettingsError(
        f"The argument {name} is neither a setting nor one of Glue",
        where="arguments of the job, or of the run",
        fix=f"Is it {near[0]}?" if near else "Take it out; docs/settings.md lists the settings.",
    )
