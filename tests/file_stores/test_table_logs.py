"""Tables with a log are refused on every kind of store alike, without many more requests."""

import pytest

from footfall import stores
from footfall.errors import FootfallError, InputError
from footfall.read.pings.files import find_files
from tests.file_stores.doors import Door, Reply, Request

WAYS = (
    "",
    "pings",
    "pings/day=1",
    "pings/day=1/a.csv",
    "*",
    "pings/*/a.csv",
    "pings/day=1/*.csv",
    "{pings,x}/*/*",
)

DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


def fill(root: str, *names: str) -> None:
    """Write files of one byte."""
    for name in names:
        stores.of(root).write(f"{root}/{name}", b"1")


@pytest.mark.parametrize("log", ["_delta_log/0.json", "metadata/v1.metadata.json"])
def test_tables_are_refused_whichever_way_leads_to_their_files(root: str, log: str) -> None:
    """From above, from inside, and for a single file; a folder beside the table is read."""
    fill(root, "pings/day=1/a.csv", f"pings/{log}", "other/a.csv")
    for way in WAYS:
        with pytest.raises(InputError, match="of a table of") as caught:
            find_files([f"{root}/{way}".rstrip("/")])
        assert caught.value.what.endswith(f"{root}/pings")
    assert len(find_files([f"{root}/other"])) == 1


def test_a_folder_of_a_store_is_looked_through_by_its_own_list(door: Door, bucket: str) -> None:
    """However many folders are in it, only those above are asked for."""
    fill(bucket, *(f"in/pings/day={day}/a.csv" for day in range(20)))
    door.asked.clear()
    assert len(find_files([f"{bucket}/in/pings"])) == 20
    assert len(door.asked) <= 3 + 2 * 4


def test_folders_above_that_may_not_be_listed_are_passed_over(door: Door, bucket: str) -> None:
    """A role often may read one prefix of a bucket, and nothing beside it."""
    fill(bucket, "in/pings/a.csv")

    def forbid(request: Request) -> Reply | None:
        is_allowed = "in%2Fpings" in request.path or "in/pings" in request.path
        return None if is_allowed else Reply(403, DENIED)

    door.rule = forbid
    assert len(find_files([f"{bucket}/in/pings"])) == 1
    with pytest.raises(FootfallError):
        find_files([f"{bucket}/in"])
