"""A server that answers wrongly about content: the rows are right, or one error names the object."""

import base64
import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from footfall.errors import FootfallError
from tests.file_stores.doors import Reply, Request
from tests.file_stores.lake import Lake, span
from tests.file_stores.lying import (
    CSV,
    EVERY,
    PINGS,
    PLACES,
    RIGHT,
    Read,
    of_content,
    parquet,
    reading,
    refusal_of,
    without_etag,
)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of some hundred bytes are read in several ranges."""
    monkeypatch.setattr("footfall.read.pings.csv.blocks.PIECE", 200)
    monkeypatch.setattr("footfall.read.pings.csv.blocks.STEP", 100)


@pytest.fixture(params=EVERY)
def key(request: pytest.FixtureRequest) -> str:
    """Each kind of file in turn."""
    return str(request.param)


@pytest.fixture
def read(lake: Lake, key: str, tmp_path: Path) -> Read:
    """Reads the file of a key, which is in the lake beside one of the same size with another content."""
    content = {**PINGS, "in/places.geojson": PLACES}[key]
    lake.objects = {f"lake/{key}": content, f"lake/other/{key}": content[::-1]}
    return lambda: reading(f"s3://lake/{key}", tmp_path)


def test_a_server_that_says_the_truth_is_believed(read: Read, key: str) -> None:
    """Else the errors below would prove nothing."""
    assert read() == RIGHT[key]


def test_a_range_that_is_ignored_is_cut_out_of_the_whole(lake: Lake, read: Read, key: str) -> None:
    """200 with the whole body, as servers answer that know no ranges."""
    lake.unlike = ("range",)
    assert read() == RIGHT[key]


def test_a_body_that_is_shorter_than_its_length_is_requested_again(lake: Lake, read: Read, key: str) -> None:
    """And given up after four."""
    lake.lie = of_content(
        lambda reply: replace(
            reply,
            headers={**reply.headers, "Content-Length": str(len(reply.body) + 5)},
            sent=len(reply.body),
        )
    )
    assert "cut off or wrong 4 times" in refusal_of(read, 6, key).what


@pytest.mark.parametrize("by", [lambda body: body[:-5], lambda body: body * 2, lambda body: b""])
def test_a_body_that_is_cut_or_doubled_is_not_believed_with_a_length_that_fits(
    lake: Lake, read: Read, key: str, by: Callable[[bytes], bytes]
) -> None:
    """A whole object is not that of the list, a range not the one that was asked for."""
    lake.lie = of_content(lambda reply: replace(reply, body=by(reply.body)))
    with pytest.raises(FootfallError) as caught:
        read()
    assert caught.value.exit_code == (6 if "or wrong 4 times" in caught.value.what else 3)
    assert key in caught.value.where


def test_a_length_that_is_too_small_ends_no_file_early(lake: Lake, read: Read, key: str) -> None:
    """The rest of the body is not read, so what came is short."""
    lake.lie = of_content(
        lambda reply: replace(
            reply, headers={**reply.headers, "Content-Length": str(len(reply.body) - 5)}, sent=len(reply.body)
        )
    )
    with pytest.raises(FootfallError) as caught:
        read()
    assert caught.value.exit_code in (3, 6)
    assert key in caught.value.where


def test_another_etag_is_another_object(lake: Lake, read: Read, key: str) -> None:
    """It may be the same content: nobody can know."""
    lake.lie = of_content(lambda reply: replace(reply, headers={**reply.headers, "ETag": '"another"'}))
    assert refusal_of(read, 3, key).what == "The file was changed while it was read"


def test_content_without_an_etag_is_not_believed(lake: Lake, read: Read, key: str) -> None:
    """It may be that of any version."""
    lake.lie = of_content(without_etag)
    assert "it gives no version (ETag)" in refusal_of(read, 6, key).what


def test_a_file_that_is_found_without_an_etag_is_not_read(lake: Lake, read: Read, key: str) -> None:
    """Its change would not be noticed."""
    lake.lie = lambda request, reply: without_etag(reply)
    assert "no version (ETag)" in refusal_of(read, 6, key).what


def test_an_error_inside_an_answer_of_success_is_no_content(lake: Lake, read: Read, key: str) -> None:
    """As S3 answers where it fails after it began to."""
    error = Reply(200, b"<Error><Code>InternalError</Code><Message>We failed</Message></Error>")
    lake.lie = of_content(lambda reply: error)
    refusal_of(read, 6, key)


def test_the_content_of_another_object_is_not_believed(lake: Lake, read: Read, key: str) -> None:
    """It comes with its own ETag, whatever If-Match asks for."""
    lake.unlike = ("if-match",)
    other = f"lake/other/{key}"
    honest = lake._truth

    def swapped(request: Request, reply: Reply) -> Reply:
        is_content = request.method == "GET" and "list-type" not in request.path
        return honest(replace(request, path=f"/{other}", headers=ranged(request))) if is_content else reply

    lake.lie = swapped
    assert refusal_of(read, 3, key).what == "The file was changed while it was read"


def ranged(request: Request) -> dict[str, str]:
    """Of the headers only the range."""
    return {name: value for name, value in request.headers.items() if name == "range"}


@pytest.mark.parametrize("key", PINGS, indirect=True)
@pytest.mark.parametrize("by", [-3, 1, 64])
def test_a_range_that_is_shifted_is_not_believed(lake: Lake, read: Read, key: str, by: int) -> None:
    """The answer says which bytes it has."""
    content = lake.objects[f"lake/{key}"]

    def shifted(reply: Reply) -> Reply:
        if reply.status != 206:
            return reply
        begin = int(reply.headers["Content-Range"].split()[1].partition("-")[0]) + by
        body = content[max(begin, 0) : begin + len(reply.body)]
        where = span(max(begin, 0), max(begin, 0) + len(body), len(content))
        return replace(reply, body=body, headers={**reply.headers, "Content-Range": where})

    lake.lie = of_content(shifted)
    assert "wrong 4 times: bytes " in refusal_of(read, 6, key).what


@pytest.mark.parametrize("said", ["bytes */700", "bytes 0-99/*", "700", None])
@pytest.mark.parametrize("key", PINGS, indirect=True)
def test_a_part_that_does_not_say_which_it_is_is_not_believed(
    lake: Lake, read: Read, key: str, said: str | None
) -> None:
    """Nor one that does so in a way that nobody understands."""

    def unsaid(reply: Reply) -> Reply:
        rest = {name: value for name, value in reply.headers.items() if name != "Content-Range"}
        is_part = reply.status == 206
        return replace(reply, headers=rest | ({"Content-Range": said} if said else {})) if is_part else reply

    lake.lie = of_content(unsaid)
    with pytest.raises(FootfallError) as caught:
        read()
    assert caught.value.exit_code in (3, 6)
    assert key in caught.value.where


@pytest.mark.parametrize("unlike", [(), ("if-match",)])
def test_an_object_that_changes_between_two_ranges_is_noticed(
    lake: Lake, read: Read, key: str, unlike: tuple[str, ...]
) -> None:
    """Its size is the same; also where the server does not know If-Match."""
    lake.unlike = unlike

    def then_change(reply: Reply) -> Reply:
        lake.objects[f"lake/{key}"] = lake.objects[f"lake/other/{key}"]
        return reply

    lake.lie = lambda request, reply: then_change(reply)
    assert refusal_of(read, 3, key).what == "The file was changed while it was read"


@pytest.mark.parametrize("key", ["in/pings.csv", "in/places.geojson"], indirect=True)
def test_other_bytes_than_those_of_the_checksum_are_not_believed(
    lake: Lake, read: Read, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 sends the checksum of an object that is read whole, where one was stored; ETag and size are right."""
    monkeypatch.setattr("footfall.read.pings.csv.blocks.STEP", 1 << 16)
    content = lake.objects[f"lake/{key}"]
    checksum = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()

    def altered(request: Request, reply: Reply) -> Reply:
        if request.method != "GET" or reply.status != 200 or "x-amz-checksum-mode" not in request.headers:
            return reply
        headers = {**reply.headers, "x-amz-checksum-crc32": checksum}
        return replace(reply, body=reply.body.replace(b"0", b"1"), headers=headers)

    lake.lie = altered
    assert "checksum" in refusal_of(read, 6, key).what


@pytest.mark.parametrize("harm", [b"-90.", b"device-07"])
def test_packed_files_know_their_content(lake: Lake, tmp_path: Path, harm: bytes) -> None:
    """Gzip ends with a checksum: another content in the right form is not read to its end."""
    path = "lake/in/pings.csv.gz"
    packed = gzip.compress(CSV.replace(harm, harm[::-1]), mtime=0)
    lake.objects[path] = packed[:-8] + gzip.compress(CSV, mtime=0)[-8:]
    refusal_of(lambda: reading(f"s3://{path}", tmp_path), 3, path)


def test_pages_of_parquet_with_checksums_know_their_content(lake: Lake, tmp_path: Path) -> None:
    """As Spark writes them: a device that is another one is noticed, with the right ETag and size."""
    path = "lake/in/pings.parquet"
    lake.objects[path] = parquet(write_page_checksum=True)
    assert reading(f"s3://{path}", tmp_path) == RIGHT["in/pings.parquet"]
    lake.objects[path] = lake.objects[path].replace(b"device-07", b"device-99")
    assert "cannot be read" in refusal_of(lambda: reading(f"s3://{path}", tmp_path), 3, path).what
