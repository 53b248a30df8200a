"""`footfall explain`: why a ping is counted or not, why a place has no pings, what a number is made of."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footfall.cli.command import Arguments, Command
from footfall.cli.flags import add_settings, add_settings_file, day
from footfall.errors import AuditError, SettingsError

if TYPE_CHECKING:
    from footfall.explain.ground import Ground
    from footfall.explain.published import Published
    from footfall.settings import Settings

_OWN = ("step", "json", "file", "line", "lat", "lon", "at", "device", "place", "asked_day", "measure")
_WAYS = "--file F --line N, --device ID --at T, or --lat Y --lon X"

_EPILOG = """exit codes:
  0 explained   2 settings, or no such place or measure   3 input, or no such row, file or published day
  6 infrastructure, worth a retry   7 counted again, a number is not what is published
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the commands `ping`, `place` and `number`, each with its flags."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="WHAT")
    about = "why a ping is counted or not, and where it lies"
    _add_ping_flags(_added(steps, "ping", about))
    place = _added(steps, "place", "why a place has the numbers it has, or none")
    place.add_argument("place", metavar="ID", help="the id of the place")
    place.add_argument(
        "--day", dest="asked_day", type=day, metavar="DAY", help="the day (default: each day of the settings)"
    )
    number = _added(steps, "number", "what a published number is made of, and whether it is so again")
    number.add_argument("place", metavar="ID", help="the id of the place")
    number.add_argument(
        "--day", dest="asked_day", required=True, type=day, metavar="DAY", help="the day (required)"
    )
    number.add_argument("--measure", metavar="NAME", help="one column of the table (default: all)")
    for step in (place, number):
        add_settings(step, without=("day", "days") if step is number else ("day",))


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Explain a ping, a place or a number."""
    explain = {"ping": _explain_ping, "place": _explain_place, "number": _explain_number}
    return explain[arguments["step"]](arguments)


def _added(steps: Any, name: str, about: str) -> ArgumentParser:
    step: ArgumentParser = steps.add_parser(name, help=about, description=f"Say {about}.", epilog=_EPILOG)
    add_settings_file(step)
    step.add_argument("--sample", action="store_true", help="explain the bundled sample")
    step.add_argument("--json", action="store_true", help="print the answer as JSON")
    return step


def _add_ping_flags(step: ArgumentParser) -> None:
    step.add_argument(
        "--file", metavar="FILE", help="the file of a row, or the end of its path (default: none)"
    )
    step.add_argument("--line", type=int, metavar="N", help="its line, the header counted (default: none)")
    step.add_argument("--device", metavar="ID", help="the sender of a ping (default: none)")
    step.add_argument("--at", metavar="TIME", help="its time, as in the file or ISO 8601 (default: none)")
    for flag, what in (("--lat", "latitude"), ("--lon", "longitude")):
        step.add_argument(
            flag, type=_degrees, metavar="DEGREES", help=f"the {what} of a ping that may be (default: none)"
        )
    add_settings(step, without=("day",))


def _degrees(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no number of degrees: write it as 14.6") from None


def _explain_ping(arguments: Arguments) -> int:
    from footfall.explain import pings

    named = {name for name in ("file", "line", "device", "at", "lat", "lon") if arguments[name] is not None}
    answers: Callable[[Ground], pings.PingAnswer]
    if named == {"file", "line"}:
        file, line = arguments["file"], arguments["line"]
        answers = lambda ground: pings.by_line(ground, file, line)  # noqa: E731
    elif {"lat", "lon"} <= named <= {"lat", "lon", "device", "at"}:
        point = arguments["lon"], arguments["lat"], arguments["device"], arguments["at"]
        answers = lambda ground: pings.by_point(ground, *point)  # noqa: E731
    elif named == {"device", "at"}:
        device, at = arguments["device"], arguments["at"]
        answers = lambda ground: pings.by_sender(ground, device, at)  # noqa: E731
    else:
        given = " ".join(f"--{name}" for name in sorted(named))
        raise SettingsError(
            f"{given} alone does not name a ping" if named else "No ping is named",
            where="command line of `footfall explain ping`",
            fix=f"Name it by {_WAYS}.",
        )
    with _ground(arguments) as (ground, _, _):
        answer = answers(ground)
    from footfall.explain import documents, words

    _print(arguments, words.of_ping(answer), lambda: documents.of_ping(answer))
    return 0


def _explain_place(arguments: Arguments) -> int:
    from footfall.explain import documents, words
    from footfall.explain.places import place_answer

    with _ground(arguments) as (ground, published, _):
        answer = place_answer(ground, published, arguments["place"])
    _print(arguments, words.of_place(answer), lambda: documents.of_place(answer))
    return 0


def _explain_number(arguments: Arguments) -> int:
    from footfall.explain import documents, words
    from footfall.explain.numbers import number_answer, refuse_unknown_measure

    refuse_unknown_measure(arguments["measure"])
    asked = arguments["place"], arguments["asked_day"], arguments["measure"]
    with _ground(arguments) as (ground, published, scratch):
        answer = number_answer(ground, published, asked, scratch)
    _print(arguments, words.of_number(answer), lambda: documents.of_number(answer))
    return AuditError.exit_code if answer.differs else 0


@contextmanager
def _ground(arguments: Arguments) -> "Iterator[tuple[Ground, Published, Path]]":
    """Gives the places and pings to ask, the published days, and a temporary folder."""
    from footfall.cli.loading import load_settings, of_places
    from footfall.explain.ground import find_ground
    from footfall.platforms.engine import embedded
    from footfall.settings import DayRange
    from footfall.temporary import temporary_folder
    from footfall.terminal import make_progress

    asked = arguments.get("asked_day")
    flags = {name: value for name, value in arguments.items() if name not in _OWN}
    settings = of_places(load_settings(flags), "explain")
    if asked is not None:
        settings = settings.model_copy(update={"days": DayRange(asked, asked)})
    engine = embedded(settings, "an explanation asks for it")  # before anything has a thread
    try:
        with temporary_folder() as scratch:
            now, progress = datetime.now(UTC), make_progress(sys.stderr)
            ground = find_ground(settings, engine, progress, (now, os.environ), scratch)
            yield ground, _published(settings, now), scratch
    finally:
        engine.stop()


def _published(settings: "Settings", now: datetime) -> "Published":
    """The published days of the output; their rows are read later, day by day."""
    from functools import cache

    from footfall.compare import open_days
    from footfall.compare.tables import address_of
    from footfall.explain.published import Published
    from footfall.history.calendar import calendar
    from footfall.history.files import run_files
    from footfall.history.reading import all_runs
    from footfall.schema import PLACE_DAYS

    files = run_files(settings.output)
    address = address_of(files.root, settings.catalog, PLACE_DAYS.name)
    opened = cache(lambda: open_days(address, settings.catalog, os.environ))
    days = calendar(all_runs(files, now))
    return Published(days, lambda wanted: opened().counted_rows(wanted), settings.output)


def _print(arguments: Arguments, lines: Iterable[str], document: Callable[[], dict[str, Any]]) -> None:
    from footfall.explain.documents import as_json
    from footfall.terminal.screen import plain

    if arguments["json"]:
        print(as_json(document()))  # noqa: T201
        return
    for line in lines:
        print(plain(line).rstrip())  # noqa: T201


COMMAND = Command(
    "explain",
    "say why a ping is counted or not, why a place has none, what a number is of",
    add_arguments,
    act,
    description="Explain a ping, a place or a published number by the settings of a run, with the functions that count."
    " Nothing is written.",
    epilog=_EPILOG,
)
