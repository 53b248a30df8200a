"""Reads pings from Parquet."""

from collections.abc import Sequence

from footfall.read.pings.columns import mapped
from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.footers import Footer, read_footer
from footfall.read.pings.parquet.ids import check_comparable
from footfall.read.pings.parquet.parts import Reader
from footfall.read.pings.parquet.row_groups import deal
from footfall.read.pings.tasks import Plan
from footfall.schema import InputFile
from footfall.settings import PingSettings
from footfall.stores.questions import ask_each


def plan(files: Sequence[DataFile], pings: PingSettings, workers: int) -> Plan:
    """How Parquet files are read; only their footers are read now, each once.

    The types of columns may differ between files. A mapped column may also come from folder names such as
    `day=2023-03-01`. Timestamps that are not adjusted to UTC are wall times.

    Args:
        files: What should be Parquet files.
        pings: Their columns, and how their times are written.
        workers: How many tasks run at once.

    Raises:
        InputError: A file is not Parquet, lacks a mapped column or has it twice, or has one of a type that cannot be
            what it is mapped to; or ids of two files cannot be compared.
        InfrastructureError: A store does not answer.
    """
    footers = _footers(files, pings)
    others = check_comparable(
        {footer.file.path: footer.ids for footer in footers if footer.groups}, pings.columns.device
    )
    return Plan(
        files=tuple(InputFile(file.path, file.bytes, file.version) for file in files),
        tasks=deal(footers, Reader(pings, others), workers),
        empty=tuple(footer.number for footer in footers if not footer.groups),
        row_estimate=sum(footer.rows for footer in footers),
    )


def _footers(files: Sequence[DataFile], pings: PingSettings) -> list[Footer]:
    names, utc = mapped(pings.columns), pings.time_zone == "UTC"

    def look(numbered: tuple[int, DataFile]) -> Footer:
        return read_footer(numbered[1], numbered[0], names, utc)

    return ask_each(look, enumerate(files), is_far=any(file.local is None for file in files))
