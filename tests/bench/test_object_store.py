"""The S3 server of the bench, asked by a client of S3 as the contenders ask it."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.fs as fs
import pytest
from bench.object_store import BUCKET, path, served, variables

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def client(tmp_path: Path) -> Iterator[fs.S3FileSystem]:
    """A client of a server over a folder with two objects."""
    (tmp_path / "pings.parquet").write_bytes(CONTENT)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "places.parquet").write_bytes(b"places")
    with served(tmp_path) as address:
        said = variables(address)
        yield fs.S3FileSystem(
            access_key=said["AWS_ACCESS_KEY_ID"],
            secret_key=said["AWS_SECRET_ACCESS_KEY"],
            endpoint_override=said["AWS_ENDPOINT_URL"],
            region=said["AWS_REGION"],
        )


def test_objects_are_read_whole_and_in_ranges(client: fs.S3FileSystem) -> None:
    """A range in the middle, the last bytes, and all of it."""
    with client.open_input_file(f"{BUCKET}/pings.parquet") as file:
        assert file.size() == len(CONTENT)
        file.seek(1000)
        assert file.read(17) == CONTENT[1000:1017]
        file.seek(len(CONTENT) - 5)
        assert file.read(100) == CONTENT[-5:]
        file.seek(0)
        assert file.read() == CONTENT


def test_objects_are_listed_by_the_beginning_of_their_names(client: fs.S3FileSystem) -> None:
    """With their sizes; a folder is where names begin alike."""
    found = client.get_file_info(fs.FileSelector(f"{BUCKET}/other", recursive=True))
    assert [(info.path, info.size) for info in found] == [(f"{BUCKET}/other/places.parquet", 6)]


def test_an_object_that_is_not_there_is_said_to_be_missing(client: fs.S3FileSystem) -> None:
    """Also one outside the folder."""
    assert client.get_file_info(f"{BUCKET}/none").type == fs.FileType.NotFound
    with pytest.raises(FileNotFoundError):
        client.open_input_file(f"{BUCKET}/none")


def test_files_of_the_folder_have_addresses() -> None:
    """As settings and clients name them."""
    assert path(Path("/data/tracts/pings.parquet")) == "s3://bench/pings.parquet"
