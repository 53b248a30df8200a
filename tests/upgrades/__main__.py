"""Write a small output by the footfall of this checkout, to be kept for ever: `python -m tests.upgrades`.

It is written for each version before its tag, from the commit that is tagged, and never changed after that.
"""

import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import footfall
from tests.run.conftest import PLACES
from tests.upgrades.kept import KEPT, PLACEHOLDER

DAYS = tuple(date(2023, 2, 27) + timedelta(days=number) for number in range(7))
"""A week, Monday to Sunday: on the n-th day n devices are in A, and one sends two pings in B, ten minutes apart."""

SETTINGS = """pings: {path: pings}
places: {path: places.geojson, columns: {name: name}}
output: out
period: week
privacy: {k: 1}
workers: 1
"""


def write_day(folder: Path, day: date, devices: int) -> None:
    """Write the pings of a day, with so many devices in A."""
    rows = [f"d{number},{day} 10:00:00,0.5,0.5" for number in range(devices)]
    rows += [f"b,{day} 12:00:00,2.5,0.5", f"b,{day} 12:10:00,2.5,0.5"]
    (folder / "pings").mkdir(exist_ok=True)
    (folder / f"pings/{day}.csv").write_text("\n".join(["device,at,lon,lat", *rows]) + "\n")


def run(folder: Path, code: int, *flags: str) -> None:
    """Run the job there, which must end with this code."""
    done = subprocess.run([sys.executable, "-m", "footfall", "run", *flags], cwd=folder, check=False)
    assert done.returncode == code, done.returncode


def fill(folder: Path) -> None:
    """Publish the week with a broken row, and leave a run that was refused and one that failed."""
    (folder / "places.geojson").write_text(PLACES)
    (folder / "settings.yaml").write_text(SETTINGS)
    for number, day in enumerate(DAYS, 1):
        write_day(folder, day, number)
    with (folder / f"pings/{DAYS[1]}.csv").open("a") as file:
        file.write(f"d1,{DAYS[1]} 10:00:00,east,0.5\n")
    run(folder, 0)
    run(folder, 4, f"--day={DAYS[0]}", "--period=day", "--quality-min-rows=1000")
    run(folder, 3, f"--day={DAYS[0]}", "--period=day", "--pings-path=gone")


def main() -> None:
    """Write the output of this version, unless it is there."""
    kept = KEPT / footfall.__version__
    if kept.exists():
        sys.exit(f"{kept} is there, and is kept as it is")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        fill(folder)
        shutil.copytree(folder, kept)
    for path in kept.glob("out/runs/*/*"):
        path.write_text(path.read_text().replace(str(folder), PLACEHOLDER))


if __name__ == "__main__":
    main()
