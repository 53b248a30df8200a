"""Makes rows of pings from the columns of a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types as t

from footfall.local_time import LocalTime
from footfall.read.pings.devices import devices
from footfall.read.pings.fields import Fields, Mask, blank, defects, numbers
from footfall.read.pings.parquet.footers import Footer, Stored
from footfall.read.pings.parquet.ids import NO_OTHERS, OtherFiles, check_ids
from footfall.read.pings.parquet.kinds import BYTES
from footfall.read.pings.parquet.raw_text import raw_texts
from footfall.read.pings.parquet.values import device_text, plain
from footfall.read.pings.rows import Ints, Rows
from footfall.read.pings.times import Instants, instants, instants_of_parts
from footfall.schema import CALENDAR, INSTANT
from footfall.settings import PingSettings

_MICROS = {"us": 1, "ms": 1000}
_SPACE = ord(" ")


@dataclass(frozen=True)
class Reader:
    """Reads rows of Parquet by the settings, and checks ids against those of other files."""

    written: PingSettings
    others: OtherFiles = NO_OTHERS

    def rows(self, piece: Footer, batch: pa.RecordBatch, line: Callable[[Ints], Ints]) -> Rows:
        """The rows of a batch.

        Args:
            piece: The file.
            batch: Columns of the file.
            line: Gives the lines of some rows of the batch.

        Raises:
            InputError: Ids of devices are ambiguous as they are stored.
        """
        stored = piece.stored
        ids = stored["device"]
        if ids.column is not None and ids.meaning != BYTES:
            check_ids(batch.column(ids.column), piece.file.path, self.others)
        given = {part: _column(batch, each) for part, each in stored.items()}
        device = device_text(given["device"])
        compared, missing = devices(device, self.written.null_devices)
        at, never = self._instants(given)
        lat, lon = (self._degrees(given[part]) for part in ("lat", "lon"))
        accuracy = self._degrees(given["accuracy"]) if "accuracy" in given else None
        blanks = _blanks({part: values for part, values in given.items() if part != "device"})
        if missing.any():
            blanks["device"] = missing
        fields = Fields(at, lat, lon, accuracy, blanks, never)
        raw = partial(raw_texts, {each.name: given[part] for part, each in stored.items()})
        return Rows(piece.number, 0, device, compared, at, lon, lat, accuracy, _defects(fields), line, raw)

    def _instants(self, given: Mapping[str, pa.Array]) -> tuple[pa.Array, Mask | None]:
        zone = LocalTime.of(self.written.time_zone)
        if "at" not in given:
            read = instants_of_parts(given["date"], given["time"], self.written.time_format, zone)
        else:
            at = given["at"]
            if _is_utc(at.type, zone) and _within_calendar(at):
                return at.cast(pa.timestamp("us", at.type.tz)).view(pa.int64()).view(INSTANT), None
            read = instants(at, self.written.time_format, zone)
        return _named(read)

    def _degrees(self, values: pa.Array) -> pa.Array:
        """The degrees of a column as float64; most columns need no conversion."""
        if t.is_float64(values.type) and not values.null_count and np.isfinite(values.to_numpy()).all():
            return values
        return numbers(values, self.written.decimal)


def _named(read: Instants) -> tuple[pa.Array, Mask | None]:
    return read.at, read.never if read.never.any() else None


def _column(batch: pa.RecordBatch, stored: Stored) -> pa.Array:
    if stored.column is None:
        return plain(pa.repeat(stored.value, len(batch)), stored.meaning)
    return plain(batch.column(stored.column), stored.meaning)


def _is_utc(kind: pa.DataType, zone: LocalTime) -> bool:
    """Whether a column of this type holds UTC instants of milli- or microseconds, so that no conversion is needed."""
    always_utc = zone.fixed and not zone.ahead[0]
    return t.is_timestamp(kind) and kind.unit in _MICROS and (kind.tz is not None or always_utc)


def _within_calendar(at: pa.Array) -> bool:
    if at.null_count == len(at):
        return True
    ends = pc.min_max(at.view(pa.int64()))
    factor = _MICROS[at.type.unit]
    first, last = (int(ends[name].as_py()) * factor for name in ("min", "max"))
    return CALENDAR[0] <= first and last < CALENDAR[1]


def _blanks(given: Mapping[str, pa.Array]) -> dict[str, Mask]:
    """The masks of blank values by part, without parts that have none; a time is blank if half of it is."""
    found = {part: blank(values) for part, values in given.items() if _may_be_blank(values)}
    halves = [found.pop(part) for part in ("date", "time") if part in found]
    return {**found, "at": np.logical_or.reduce(halves)} if halves else found


def _may_be_blank(values: pa.Array) -> bool:
    """Whether a column holds nulls, or text that is empty or begins with a space."""
    if values.null_count:
        return True
    if not t.is_string(values.type) or not len(values):
        return False
    offsets = np.frombuffer(values.buffers()[1], np.int32, len(values) + 1, values.offset * 4)
    if (offsets[1:] == offsets[:-1]).any():
        return True
    content = np.frombuffer(values.buffers()[2], np.uint8, offsets[-1] - offsets[0], offsets[0])
    has_spaces = content.min() <= _SPACE  # much quicker to ask than where they are
    return bool(has_spaces and (content[offsets[:-1] - offsets[0]] == _SPACE).any())


def _defects(fields: Fields) -> npt.NDArray[np.int8] | None:
    """The number of the first defect of each row; None if no row can have one."""
    parts = [fields.at, fields.lat, fields.lon]
    if fields.blank or fields.never is not None or any(part.null_count for part in parts):
        return defects(fields)
    if fields.accuracy is not None and fields.accuracy.null_count:
        return defects(fields)
    return None
