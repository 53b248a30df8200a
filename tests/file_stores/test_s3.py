"""What S3 refuses, tears, is too busy for or does not answer, and how few requests it is asked."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from footfall import aws, stores
from footfall.errors import FootfallError, InfrastructureError, InputError, PrerequisiteError, SettingsError
from footfall.read.pings.files import find_files
from footfall.stores.errors import failures
from footfall.stores.store import File
from tests.file_stores.doors import Door, Reply, Request, refusal

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def file(bucket: str, door: Door) -> File:
    """An object of CONTENT, open; what it took to write it is not noted."""
    path, store = f"{bucket}/pings.csv", stores.of(bucket)
    store.write(path, CONTENT)
    there = store.look(path)
    assert there is not None
    door.asked.clear()
    return store.open(path, there.bytes, there.version)


def refused(kind: type[FootfallError], ask: Callable[[], object]) -> FootfallError:
    """The error: what, where and what to do, in one line each."""
    with pytest.raises(kind) as caught:
        ask()
    assert type(caught.value) is kind
    assert str(caught.value).count("\n") == 2
    return caught.value


def cut_off(times: int) -> Callable[[Request], Reply | None]:
    """The first so many answers end after 100 bytes."""
    left = [times]

    def rule(request: Request) -> Reply | None:
        left[0] -= 1
        if left[0] < 0:
            return None
        headers = {"Content-Range": f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}"}
        return Reply(206, CONTENT, headers, sent=100)

    return rule


def test_an_object_of_the_same_size_with_another_content_is_noticed(bucket: str, file: File) -> None:
    """By its ETag, which stands in each request."""
    stores.of(bucket).write(f"{bucket}/pings.csv", bytes(len(CONTENT)))
    error = refused(InputError, lambda: file.read(0, 10))
    assert error.what == "The file was changed while it was read"
    assert error.where == f"{bucket}/pings.csv"


def test_a_store_that_does_not_know_if_match_is_not_believed(door: Door, file: File) -> None:
    """The ETag of the answer is compared as well."""
    headers = {"Content-Range": f"bytes 0-9/{len(CONTENT)}", "ETag": '"another"'}
    door.rule = lambda request: Reply(206, bytes(10), headers)
    assert refused(InputError, lambda: file.read(0, 10)).what == "The file was changed while it was read"


def test_a_store_that_does_not_know_ranges_is_read_all_the_same(door: Door, bucket: str) -> None:
    """It sends the whole object, of which the range is taken."""
    door.rule = lambda request: Reply(200, CONTENT)
    file = stores.of(bucket).open(f"{bucket}/pings.csv", len(CONTENT), None)
    assert bytes(file.read(300, 20)) == CONTENT[300:320]


def test_a_forbidden_object_is_an_error_of_the_input(door: Door, file: File) -> None:
    """The right to it is what is missing."""
    door.rule = lambda request: refusal(403, "AccessDenied")
    error = refused(InputError, lambda: file.read(0, 10))
    assert error.what == "The file cannot be read: access is denied"
    assert "right" in error.fix


def test_an_answer_that_is_cut_off_is_requested_again(door: Door, file: File) -> None:
    """The bytes are whole."""
    door.rule = cut_off(2)
    assert bytes(file.read(0, len(CONTENT))) == CONTENT
    assert len(door.asked) == 3


def test_an_answer_that_is_cut_off_each_time_is_one_error(door: Door, file: File) -> None:
    """It is worth a retry by a machine."""
    door.rule = cut_off(1000)
    error = refused(InfrastructureError, lambda: file.read(0, len(CONTENT)))
    assert "The file cannot be read: the answer was cut off or wrong 4 times" in error.what
    assert len(door.asked) == 4


@pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (500, "InternalError")])
def test_a_busy_store_is_asked_again(door: Door, file: File, status: int, code: str) -> None:
    """Once is enough here."""
    door.rule = lambda request: refusal(status, code) if len(door.asked) == 1 else None
    assert bytes(file.read(5, 5)) == CONTENT[5:10]
    assert len(door.asked) == 2


def test_a_server_that_does_not_listen_is_one_error_within_seconds(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For what is found as for what is read; the address is named."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    began = time.monotonic()
    error = refused(InfrastructureError, lambda: find_files(["s3://lake/pings.csv"]))
    assert "The path cannot be read: Could not connect" in error.what
    assert "http://127.0.0.1:1" in error.what
    assert error.where == "pings.path: s3://lake/pings.csv"
    assert time.monotonic() - began < 10


def test_a_bucket_that_does_not_exist_is_of_the_kind_that_asked(door: Door) -> None:
    """A wrong input as input, a wrong setting as output."""
    store, path = stores.of("s3://typo"), "s3://typo/pings.csv"
    for kind in (InputError, SettingsError):

        def ask(kind: type[FootfallError] = kind) -> object:
            with failures(kind, "It cannot be used", f"setting: {path}"):
                return store.look(path)

        error = refused(kind, ask)
        assert error.what == "It cannot be used: the bucket does not exist"
        assert error.where == f"setting: {path}"


def test_an_address_with_its_own_endpoint_has_the_bucket_in_the_path(bucket: str, door: Door) -> None:
    """A name before the address of a server of one's own would lead nowhere."""
    stores.of(bucket).write(f"{bucket}/a/b", b"1")
    assert door.asked[-1].path.startswith(f"/{bucket.removeprefix('s3://')}/a/b")


def test_ten_thousand_objects_take_ten_requests(door: Door) -> None:
    """Each page holds a thousand."""

    def page(request: Request) -> Reply:
        number = len(door.asked)
        objects = "".join(
            f"<Contents><Key>in/day={number}/{each}.csv</Key><Size>1</Size><ETag>&quot;e&quot;</ETag>"
            "<LastModified>2023-03-01T00:00:00.000Z</LastModified></Contents>"
            for each in range(1000)
        )
        more = f"<NextContinuationToken>{number}</NextContinuationToken>" if number < 10 else ""
        is_cut = "true" if more else "false"
        text = f"<ListBucketResult><IsTruncated>{is_cut}</IsTruncated>{more}{objects}</ListBucketResult>"
        return Reply(200, text.encode(), {"Content-Type": "application/xml"})

    door.rule = page
    assert len(list(stores.of("s3://lake/in").walk("s3://lake/in"))) == 10_000
    assert len(door.asked) == 10


def test_a_range_is_one_request(door: Door, file: File) -> None:
    """Nothing is asked before."""
    file.read(10, 20)
    (request,) = door.asked
    assert request.headers["range"] == "bytes=10-29"
    assert request.headers["if-match"].startswith('"')


def test_a_lost_answer_to_a_write_is_no_conflict(bucket: str, door: Door) -> None:
    """The server has written it, but the line was cut before it could say so."""

    def deaf(request: Request) -> Reply | None:
        if len(door.asked) > 1:
            return None
        door._passed_on(request)
        return Reply(200, b"lost", sent=0)

    door.rule = deaf
    stores.of(bucket).write_once(f"{bucket}/report.json", b"{}")
    assert stores.of(bucket).read(f"{bucket}/report.json") == b"{}"


def test_a_process_that_was_forked_makes_a_client_of_its_own(bucket: str, door: Door) -> None:
    """Two processes on one connection would read each other's answers."""
    store = stores.of(bucket)
    store.write(f"{bucket}/a", b"of the parent")
    before = aws.client("s3")
    child = os.fork()
    if child == 0:
        is_well = aws.client("s3") is not before and store.read(f"{bucket}/a") == b"of the parent"
        os._exit(0 if is_well else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert aws.client("s3") is before


def test_without_boto3_the_extra_is_named(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line of what to do."""
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(PrerequisiteError) as caught:
        stores.of("s3://lake").look("s3://lake/a")
    assert "pip install 'footfall[aws]'" in caught.value.fix


def test_files_of_this_machine_load_no_client_of_s3(tmp_path: Path) -> None:
    """Each start of the command would pay for it."""
    code = "import sys\nfrom footfall import aws, stores\nstores.of('/tmp')\nprint('botocore' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "False"
