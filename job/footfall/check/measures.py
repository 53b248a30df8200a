"""The columns of the published tables as arrays of numpy."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.table import Column, Numbers

Mask = npt.NDArray[np.bool_]


def measures(rows: pa.Table, columns: Sequence[Column]) -> tuple[dict[str, Numbers], dict[str, Mask]]:
    """By name, the whole numbers of each measure, 0 for null; and the mask of rows in which it is not null.

    A measure that is a list becomes a matrix with a row of numbers for each list.
    """
    found, known = {}, {}
    for column in columns:
        if pa.types.is_list(column.type):
            found[column.name], known[column.name] = _matrix(column, rows[column.name])
        elif pa.types.is_integer(column.type):
            found[column.name] = whole_numbers(rows[column.name])
            known[column.name] = bools(rows[column.name].is_valid())
    return found, known


def place_numbers(found: pa.ChunkedArray, place_ids: pa.Array) -> Numbers:
    """The position of each id in `place_ids`; -1 if it is not among them."""
    if found.equals(pa.chunked_array([place_ids])):
        return np.arange(len(found))
    return whole_numbers(pc.index_in(found, place_ids), unknown=-1)


def whole_numbers(values: pa.ChunkedArray, unknown: int = 0) -> Numbers:
    """Whole numbers as int64; `unknown` for null."""
    numbers: Numbers = values.fill_null(unknown).to_numpy().astype(np.int64, copy=False)
    return numbers


def bools(values: pa.ChunkedArray) -> Mask:
    """Truth values as a mask; none of them is null."""
    mask: Mask = values.to_numpy().astype(np.bool_, copy=False)
    return mask


def _matrix(column: Column, lists: pa.ChunkedArray) -> tuple[Numbers, Mask]:
    """A row of numbers for each list, and the mask of lists that are known; one of another length is not."""
    lengths = whole_numbers(pc.list_value_length(lists))
    width = int(lengths.max(initial=0)) if column.width is None else column.width
    known = bools(lists.is_valid()) & (lengths == width)
    numbers = np.zeros((len(lists), width), np.int64)
    if not width:
        return numbers, known
    flat = pc.list_flatten(lists)
    if len(flat) != np.count_nonzero(known) * width:
        flat = pc.list_flatten(lists.filter(pa.array(known)))
    numbers[known] = flat.to_numpy().reshape(-1, width)
    return numbers, known
