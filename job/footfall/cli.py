"""The command `footfall`."""

import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from footfall.arguments import parsed, words_of_day
from footfall.errors import FootfallError, SettingsError
from footfall.sample import sample_settings, write_sample
from footfall.settings import Settings, on_object_store
from footfall.settings_sources import Loaded, load, setting_names, with_sample
from footfall.settings_yaml import StoredFile
from footfall.terminal import make_progress, plain, show_error, show_summary

SAMPLE_OUTPUT = "footfall-output"
OF_SAMPLE_RUNS = ("output", "catalog", "spark")
"""The settings that a run of the sample takes from its surroundings."""

if TYPE_CHECKING:
    from footfall.pipeline import Finished
    from footfall.progress import Progress

    Platform = Callable[[Loaded, Sequence[str], Progress], Finished]
    from footfall.launch.command import Wish


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
    commands = {
        "run": _run,
        "submit": _submit,
        "settle": _settle,
        "backfill": _backfill,
        "sample": _sample,
        "schema": _schema,
        "maintain": _maintain,
    }
    command = commands[arguments.pop("command")]
    try:
        return command(arguments, argv)
    except FootfallError as error:
        show_error(error, sys.stderr)
        if os.environ.get("FOOTFALL_DEBUG"):
            raise
        return error.exit_code
    except KeyboardInterrupt as stop:
        print("Stopped; the days that were published before are as they were.", file=sys.stderr)  # noqa: T201
        return int(getattr(stop, "exit_code", 130))


def _run(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    # Spark and all that counts take a second to import, which no other command needs.
    from footfall.platforms import local, submitted
    from footfall.session import is_submitted

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
    finished = run(_loaded(arguments), ["footfall", *map(shlex.quote, argv)], make_progress(sys.stderr))
    show_summary(finished.report, sys.stdout, str(finished.page))
    if finished.refusal:
        raise finished.refusal
    return 0


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
    from footfall.launch import aws

    return StoredFile(named, aws.read(named))


def _submit(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    from footfall.launch import command
    from footfall.launch.audience import Audience
    from footfall.launch.driver_log import DriverLog, told_result
    from footfall.launch.ending import verify_smoke

    wish, is_printed = _wish(arguments), arguments["print"]
    if is_printed:
        print(command.printed(wish), end="")  # noqa: T201
        return 0
    progress = make_progress(sys.stderr)
    log = DriverLog(say=_say, progress=progress if sys.stderr.isatty() else None)
    ending = command.launched(wish, Audience(progress, log, _ask))
    if ending.summary:
        run = {**ending.summary, "application": ending.name}
        print(told_result(run) if sys.stdout.isatty() else json.dumps(run))  # noqa: T201
    if ending.error:
        show_error(ending.error, sys.stderr)
        return ending.exit_code
    if wish.order.day is None:
        with TemporaryDirectory(prefix="footfall-") as scratch:
            verify_smoke(ending, write_sample(Path(scratch)).counts)
    return 0


def _wish(arguments: Mapping[str, Any]) -> "Wish":
    from footfall.launch.application import Order
    from footfall.launch.command import Wish
    from footfall.launch.follow import Patience

    by_name = {setting.name: setting.flag for setting in setting_names()}
    flags = {flag: arguments[name] for name, flag in by_name.items() if arguments.get(name) is not None}
    smoke = arguments["smoke"]
    return Wish(
        order=Order.of_smoke(flags) if smoke else Order.of_day(arguments["count"], flags),
        namespace=arguments["namespace"],
        template=arguments["template"],
        rerun=arguments["rerun"] or smoke,
        patience=Patience(arguments["timeout"], arguments["start_timeout"]),
        on_interrupt=arguments["on_interrupt"],
        launched_by=arguments["launched_by"],
    )


def _settle(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    from footfall.launch.kubernetes import Cluster
    from footfall.launch.settle import settled

    for run in settled(Cluster.connect(arguments["namespace"]), arguments["launched_by"]):
        print(json.dumps(asdict(run)), flush=True)  # noqa: T201
    return 0


def _backfill(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    from footfall.launch import backfill
    from footfall.launch.day_process import DayProcess

    days, on = backfill.days_between(arguments["first"], arguments["last"]), arguments["on"]
    if arguments["list"]:
        print(json.dumps(list(map(str, days))))  # noqa: T201
        return 0
    words = partial(words_of_day, on, arguments["others"])
    of_first = vars(parsed(words(days[0])))
    work = backfill.Backfill(
        start=lambda day: DayProcess.started(day, words(day), _say),
        parallel=arguments["parallel"] or (2 if on else 1),
        goes_on=of_first.get("on_interrupt") in ("ask", "keep"),
    )
    work.run(days)
    results = [work.results[day] for day in days]
    told = backfill.lines_for_people if sys.stdout.isatty() else backfill.lines_for_machines
    for line in told(results):
        print(line)  # noqa: T201
    return work.code or backfill.exit_code(results)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _ask(question: str) -> bool:
    """Ask the person at the terminal; where there is none, or no answer, it is no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    try:
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201
        return sys.stdin.readline().strip().lower() in ("y", "yes")
    except KeyboardInterrupt:
        return False


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
