"""Optional libraries, each installed by an extra of the distribution."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from footfall.errors import PrerequisiteError

Extra = Literal["spark", "aws", "iceberg", "kubernetes", "xlsx", "cells"]

LIBRARIES: Mapping[Extra, str] = {
    "spark": "Spark",
    "aws": "The client of AWS (boto3)",
    "iceberg": "The reader of Iceberg tables (pyiceberg)",
    "kubernetes": "The client of Kubernetes",
    "xlsx": "The writer of workbooks (xlsxwriter)",
    "cells": "The grid of cells (h3)",
}
"""What each extra installs, as the beginning of an error."""


@contextmanager
def needed(extra: Extra) -> Iterator[None]:
    """Turn a failed import inside the block into an error that names the extra to install.

    Raises:
        PrerequisiteError: The library is not installed.
    """
    try:
        yield
    except ImportError as failure:
        if (failure.name or "").partition(".")[0] == "footfall":
            raise
        raise missing(extra, failure) from failure


def missing(extra: Extra, failure: ImportError) -> PrerequisiteError:
    """The error for a missing library, which names the extra that installs it.

    Args:
        extra: The name of the extra.
        failure: What Python raised when the library was imported.
    """
    return PrerequisiteError(
        f"{LIBRARIES[extra]} is not installed", where=str(failure), fix=f"pip install 'footfall[{extra}]'"
    )
