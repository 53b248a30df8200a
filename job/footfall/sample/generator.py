"""Makes samples of any size: pings, places and settings, as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np

from footfall.errors import SettingsError
from footfall.sample.files import FIRST_DAY, write_csv, write_parquet, write_places, write_settings
from footfall.sample.flaws import DUPLICATE, Rows, add_flaws, flaw_counts, share_of_block
from footfall.sample.pings import Pings, walk_town
from footfall.sample.town import Site, town
from footfall.stores.errors import failures


@dataclass(frozen=True)
class SampleFiles:
    """What was written, and what a run must count in it.

    Attributes:
        pings: Gzipped CSV, or Parquet.
        places: GeoJSON.
        settings: YAML, with the two paths above.
        days: First and last local day.
        rows: Data rows: `kept`, `duplicates` and all `quarantined` together.
        kept: Distinct good pings.
        duplicates: Rows that repeat a good ping exactly.
        quarantined: Bad rows by reason.
    """

    pings: Path
    places: Path
    settings: Path
    days: tuple[date, date]
    rows: int
    kept: int
    duplicates: int
    quarantined: dict[str, int]

    @property
    def counts(self) -> dict[str, int]:
        """Rows by the stage of a run's funnel, as far as the generator knows them."""
        bad = sum(self.quarantined.values())
        return {"scanned": self.rows, "quarantined": bad, "duplicate": self.duplicates, "kept": self.kept}


def write_sample(  # noqa: PLR0913  (the flags of the command, one to one)
    folder: Path,
    *,
    pings: int = 20_000,
    places: int = 40,
    days: int = 3,
    seed: int = 20230301,
    defects: bool = True,
    format: Literal["csv", "parquet"] = "csv",  # noqa: A002  (the name of the setting)
) -> SampleFiles:
    """Write a sample; equal arguments give equal pings, the defaults those of the bundled sample.

    Args:
        folder: Created if it does not exist; files of an earlier sample are replaced.
        pings: Distinct good pings, at least 1.
        places: At least 1; forty have names and shapes of their own, more are round shops of a suburb.
        days: Days from 2023-03-01, at least 1.
        seed: At least 0; another seed gives other people in the same town.
        defects: Add about 1.5 % of rows that are duplicates or bad.
        format: `csv` (gzipped, local time) or `parquet` (UTC; without the defects that only text can have).

    Raises:
        SettingsError: A number is too small, or the folder cannot be written.
    """
    _refuse_too_small(pings=(pings, 1), places=(places, 1), days=(days, 1), seed=(seed, 0))
    sites = town(places)
    counts = flaw_counts(pings, typed=format == "parquet") if defects else {}
    blocks = _with_flaws(walk_town(sites, pings=pings, days=days, seed=seed), counts, pings, seed)
    files = SampleFiles(
        pings=folder / ("pings.csv.gz" if format == "csv" else "pings.parquet"),
        places=folder / "places.geojson",
        settings=folder / "settings.yaml",
        days=(FIRST_DAY, FIRST_DAY + timedelta(days=days - 1)),
        rows=pings + sum(counts.values()),
        kept=pings,
        duplicates=counts.get(DUPLICATE, 0),
        quarantined={flaw: count for flaw, count in counts.items() if flaw != DUPLICATE},
    )
    _write(files, blocks, sites, seed)
    return files


def _refuse_too_small(**numbers: tuple[int, int]) -> None:
    for name, (number, least) in numbers.items():
        if number < least:
            raise SettingsError(
                f"A sample of {number} {name} cannot be made.", where=name, fix=f"Ask for {least} or more."
            )


def _write(files: SampleFiles, blocks: Iterator[Rows], sites: tuple[Site, ...], seed: int) -> None:
    write_pings = write_csv if files.pings.suffix == ".gz" else write_parquet
    with failures(SettingsError, "The sample cannot be written", str(files.pings.parent)):
        files.pings.parent.mkdir(parents=True, exist_ok=True)
        write_pings(files.pings, blocks, seed)
        write_places(files.places, sites)
        write_settings(files.settings, pings=files.pings, places=files.places)


def _with_flaws(blocks: Iterator[Pings], counts: dict[str, int], pings: int, seed: int) -> Iterator[Rows]:
    start = 0
    for number, block in enumerate(blocks):
        stop = start + block.device.size
        rng = np.random.Generator(np.random.PCG64([seed, number, 1]))
        yield (
            add_flaws(block, share_of_block(counts, start, stop, pings), rng)
            if counts
            else Rows.all_good(block)
        )
        start = stop
