"""A server whose lists are wrong, or of before: one error names the folder or the file, and no row is read twice."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.file_stores.doors import Reply
from tests.file_stores.lake import Lake, Lie, entry, etag, page
from tests.file_stores.lying import CSV, OTHER, Read, reading, refusal_of


def of_lists(lie: Callable[[Reply], Reply]) -> Lie:
    """A lie about the list of the folder."""
    return lambda request, reply: lie(reply) if "prefix=in%2F&" in f"{request.path}&" else reply


@pytest.fixture
def folder(lake: Lake, tmp_path: Path) -> Read:
    """Reads a folder of two files."""
    lake.objects = {"lake/in/a.csv": CSV, "lake/in/b.csv": CSV.replace(b"device", b"server")}
    return lambda: reading("s3://lake/in/", tmp_path)


LISTED = "".join(entry(f"lake/in/{name}.csv", CSV) for name in "ab")


@pytest.mark.parametrize(
    ("lie", "says"),
    [
        (lambda reply: page(LISTED + entry("lake/in/a.csv", CSV)), "'in/a.csv' twice"),
        (
            lambda reply: page(LISTED + entry("lake/out/a.csv", CSV)),
            "'out/a.csv', which is not in the folder",
        ),
        (lambda reply: page(LISTED, ""), "whether more follows"),
        (lambda reply: page(LISTED, "<IsTruncated>true</IsTruncated>"), "how to go on"),
        (
            lambda reply: page(
                LISTED,
                "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>",
            ),
            "twice",
        ),
        (
            lambda reply: page(
                "", "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
            ),
            "how to go on",
        ),
        (lambda reply: replace(reply, body=reply.body[:-40]), "Server Error"),
        (lambda reply: replace(reply, body=reply.body * 2), "Server Error"),
        (lambda reply: replace(reply, body=b"<html>Please log in</html>"), "whether more follows"),
        (lambda reply: replace(reply, body=b""), "whether more follows"),
        (lambda reply: page(LISTED.replace("<Size>", "<Size>x")), "cannot be read"),
        (lambda reply: page(LISTED.replace("2023-03-01T", "once T")), "cannot be read"),
        (lambda reply: page(LISTED.replace("Size>", "Length>")), "the Size"),
        (lambda reply: page(LISTED.replace("ETag>", "Tag>")), "no version (ETag)"),
        (lambda reply: page(LISTED.replace("Key>", "Name>")), "not in the folder"),
        (
            lambda reply: Reply(
                200, b"<Error><Code>InternalError</Code><Message>We failed</Message></Error>"
            ),
            "We failed",
        ),
    ],
)
def test_a_list_that_cannot_be_true_is_not_believed(
    lake: Lake, folder: Read, lie: Callable[[Reply], Reply], says: str
) -> None:
    """Files would be read twice, or never, or be those of another folder; or the list has no end."""
    lake.lie = of_lists(lie)
    error = refusal_of(folder, 6, "s3://lake/in")
    assert says in error.what


def test_a_list_that_still_has_a_deleted_file_ends_with_its_name(lake: Lake, folder: Read) -> None:
    """A list of before, as stores gave it that were consistent some day."""
    lake.lie = of_lists(lambda reply: page(LISTED + entry("lake/in/gone.csv", CSV)))
    lake.objects["lake/in/b.csv"] = CSV
    assert refusal_of(folder, 3, "s3://lake/in/gone.csv").what == "The file is no longer there"


def test_a_list_with_the_version_before_ends_with_the_file_s_name(lake: Lake, folder: Read) -> None:
    """Of b.csv it has the size and ETag of another content."""
    lake.lie = of_lists(lambda reply: page(LISTED))
    assert refusal_of(folder, 3, "s3://lake/in/b.csv").what == "The file was changed while it was read"


def test_a_read_of_the_version_before_ends_with_the_file_s_name(lake: Lake, folder: Read) -> None:
    """The list is of now."""
    old = Reply(200, OTHER, {"ETag": etag(OTHER), "Last-Modified": "Wed, 01 Mar 2023 11:00:00 GMT"})
    lake.lie = lambda request, reply: old if "in/b.csv" in request.path else reply
    assert refusal_of(folder, 3, "s3://lake/in/b.csv").what == "The file was changed while it was read"
