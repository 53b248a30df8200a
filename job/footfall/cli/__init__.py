"""The command `footfall`."""

import json
import os
import shlex
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footfall.cli import elsewhere
from footfall.cli.arguments import OBSERVING, parsed
from footfall.errors import FootfallError, SettingsError
from footfall.history.record import new_run_id
from footfall.runs.json_lines import Marks
from footfall.sample import sample_settings, write_sample
from footfall.settings import Settings, on_object_store
from footfall.settings.sources import OF_SAMPLE_RUNS, Loaded, load, with_sample
from footfall.settings.strict_yaml import StoredFile
from footfall.settings.values import days_name
from footfall.terminal import make_progress, plain, show_summary
from footfall.terminal.sentences import show_error, tell_failure

SAMPLE_OUTPUT = "footfall-output"

if TYPE_CHECKING:
    from footfall.pipeline import Finished
    from footfall.runs.progress import Progress

    Platform = Callable[[Loaded, Sequence[str], Progress, str], Finished]


def entry_point() -> None:
    """Run the command with the words of this process, and exit with its code; on Glue run the job."""
    if any(word.partition("=")[0] == "--JOB_NAME" for word in sys.argv):  # which Glue gives every script
        _run_on_glue(sys.argv)
    else:
        sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: The words after `footfall`.

    Returns:
        The exit code.
    """
    arguments = vars(parsed(argv))
    commands: dict[str, Callable[[dict[str, Any], Sequence[str]], int]] = {
        "run": _run,
        "submit": elsewhere.submit,
        "settle": elsewhere.settle,
        "backfill": elsewhere.backfill,
        "glue": elsewhere.glue,
        "sample": _sample,
        "schema": _schema,
        "plan": _plan,
        **{name: partial(_look, name) for name in OBSERVING},
        "maintain": _maintain,
    }
    command = commands[arguments.pop("command")]
    try:
        return command(arguments, argv)
    except FootfallError as error:
        show_error(error, sys.stderr)
        if os.environ.get("FOOTFALL_DEBUG"):
            traceback.print_exception(error)
        return error.exit_code
    except KeyboardInterrupt as stop:
        print("Stopped; the days that were published before are as they were.", file=sys.stderr)  # noqa: T201
        return int(getattr(stop, "exit_code", 130))


def _run(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    # Spark and all that counts take a second to import, which no other command needs.
    from footfall.engines.spark.session import is_submitted
    from footfall.platforms import local, submitted

    return _counted(arguments, argv, submitted.run if is_submitted(os.environ) else local.run)


def _run_on_glue(argv: Sequence[str]) -> None:
    from footfall.platforms import glue

    try:
        words = glue.words(argv)
        arguments = vars(parsed(words))
        arguments.pop("command")
        _counted(arguments, words, partial(glue.run, argv))
    except FootfallError as error:
        show_error(error, sys.stderr)
        raise glue.Failed(error) from None


def _counted(arguments: dict[str, Any], argv: Sequence[str], run: "Platform") -> int:
    """Count on a platform, and show what came of it.

    Raises:
        FootfallError: Nothing was published.
    """
    run_id = new_run_id(datetime.now(UTC))
    facts = {"run_id": run_id}
    marks = Marks(facts, lambda: datetime.now(UTC))
    command = ["footfall", *map(shlex.quote, argv)]
    try:
        loaded = _loaded(arguments)
        facts["day"] = days_name(loaded.settings.days)
        finished = run(loaded, command, make_progress(sys.stderr, marks), run_id)
        show_summary(finished.report, sys.stdout, str(finished.page), marks)
        if finished.refusal:
            raise finished.refusal
    except FootfallError as error:
        tell_failure(error, error.exit_code, sys.stderr, marks)
        raise
    return 0


def _look(name: str, arguments: dict[str, Any], argv: Sequence[str]) -> int:
    from footfall.cli import observing as commands

    return commands.BY_NAME[name](arguments, os.environ, SAMPLE_OUTPUT, lambda: datetime.now(UTC))


def _plan(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    from footfall.platforms import plan

    first, last = arguments.pop("first"), arguments.pop("last")
    return plan.shown(_loaded(arguments), first, last, os.environ, datetime.now(UTC))


def _loaded(arguments: dict[str, Any]) -> Loaded:
    """The settings of file, environment and flags; those of the bundled sample where no input is named anywhere."""
    named, sample = arguments.pop("settings") or os.environ.get("FOOTFALL_SETTINGS"), arguments.pop("sample")
    flags = {name: text for name, text in arguments.items() if text is not None}
    asked = {f"FOOTFALL_{name.replace('.', '_').upper()}" for name in ("pings.path", "places.path")} & set(
        os.environ
    )
    own = named or asked or {"pings.path", "places.path"} & set(flags)
    bundled = sample_settings(SAMPLE_OUTPUT)
    loaded = load(_file(named) if named else None, os.environ, flags, None if own else bundled)
    if not sample:
        return loaded
    useless = [f"--{name}" for name in flags if name.split(".")[0] not in OF_SAMPLE_RUNS]
    if useless:
        raise SettingsError(
            f"The bundled sample is counted by its own settings, without {', '.join(useless)}",
            where="flag --sample",
            fix="Leave out either.",
        )
    return with_sample(loaded, bundled) if own else loaded


def _file(named: str) -> Path | StoredFile:
    if not on_object_store(named):
        return Path(named)
    from footfall import aws

    return StoredFile(named, aws.read(named))


def _maintain(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    from footfall.platforms.maintenance import maintain
    from footfall.publish.maintenance import Ages, told

    ages = Ages(arguments.pop("snapshots"), arguments.pop("leftovers"), arguments.pop("keep"))
    is_applied = arguments.pop("apply")
    tasks = maintain(_loaded({"sample": False, **arguments}), ages, apply=is_applied)
    for line in (*told(tasks), "Done." if is_applied else "Nothing was changed: --apply does it."):
        print(plain(line))  # noqa: T201
    return 0


def _sample(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    files = write_sample(Path(arguments.pop("folder")), **arguments)
    print(f"{files.rows:,} rows in {files.pings}\nplaces in {files.places}")  # noqa: T201
    print(f"footfall run --settings {shlex.quote(str(files.settings))}")  # noqa: T201
    return 0


def _schema(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    print(json.dumps(Settings.json_schema(), indent=2))  # noqa: T201
    return 0
