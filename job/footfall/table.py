"""Published tables: their columns, and what holds for each row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers = npt.NDArray[np.int64]
Law = Callable[[dict[str, Numbers]], npt.NDArray[np.bool_]]
"""Whether each row keeps to it, asked of the measures that are whole numbers; of a list each row has several."""


@dataclass(frozen=True)
class Column:
    """A measure of a published table.

    Args:
        name: Its name.
        type: Its type.
        about: What it says, for readers of the table.
        zero: What stands in a row for which nothing was counted; None where that is unknown.
        laws: What holds for each row, by the sentence that says it.
        width: How many numbers a list has; None where settings decide it, and all rows have as many.
        is_optional: Whether it is null in all rows of a run that was not asked for it.
        is_withheld: Whether it may be null by itself in a row that is not suppressed.
    """

    name: str
    type: pa.DataType
    about: str
    zero: int | None = 0
    laws: tuple[tuple[str, Law], ...] = ()
    width: int | None = 1
    is_optional: bool = False
    is_withheld: bool = False


@dataclass(frozen=True)
class DayTable:
    """A table that is published by day, or by week or month.

    Args:
        name: Its name, also that of its folder.
        keys: The columns that, with the day, name a row; none of them is null. Rows are sorted by them.
        measures: What is counted; null in rows that are suppressed.
        date: The column of the day; in a table of weeks or months that of their first day.
    """

    name: str
    keys: tuple[pa.Field, ...]
    measures: tuple[Column, ...]
    date: str = "day"

    @cached_property
    def schema(self) -> pa.Schema:
        """Its columns: the first key, the date, further keys, the measures, `suppressed`."""
        first, *others = self.keys
        return pa.schema(
            [
                first,
                pa.field(self.date, pa.date32(), nullable=False),
                *others,
                *(pa.field(column.name, column.type) for column in self.measures),
                pa.field("suppressed", pa.bool_(), nullable=False),
            ]
        )

    @cached_property
    def file_schema(self) -> pa.Schema:
        """The columns of its files in a folder: the day is in the name of their folder, as in tables of Hive."""
        return pa.schema([field for field in self.schema if field.name != "day"])

    @property
    def file(self) -> str:
        """The name of the file of a day in a folder."""
        return f"{self.name}.parquet"

    @property
    def key_names(self) -> tuple[str, ...]:
        """The names of its keys."""
        return tuple(key.name for key in self.keys)
