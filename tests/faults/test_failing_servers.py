"""An S3 server and a catalog that are busy, slow, forgetful or away."""

import random
import time
from collections.abc import Callable

import pytest

from footfall.pipeline import Finished
from tests.faults.proxy import BUSY, FAILED_AFTER_SUCCESS, GONE, LOST, PASS, Fate, Request, Rule, once
from tests.faults.reader import NEW, OLD
from tests.faults.scene import Scene, publishes, writes_data


def storm(share: float, seed: int) -> Rule:
    """Refuse so large a share of all requests as busy."""
    drawn = random.Random(seed)  # noqa: S311
    return lambda request: BUSY if drawn.random() < share else PASS


def forgetful() -> Rule:
    """Do all that changes something, and answer the first of two requests for the same thing as if it had failed."""
    met: set[tuple[str, str]] = set()

    def rule(request: Request) -> Fate:
        what = (request.operation or request.method, request.path.partition("?")[0])
        if not request.changes_something:
            return PASS
        met.symmetric_difference_update({what})
        return FAILED_AFTER_SUCCESS if what in met else PASS

    return rule


def away(when: Callable[[Request], bool], seconds: float, first: Fate = GONE) -> Rule:
    """From this request on, for so long, hang up on everybody."""
    since: list[float] = []

    def rule(request: Request) -> Fate:
        if not since:
            if not when(request):
                return PASS
            since.append(time.monotonic())
            return first
        return GONE if time.monotonic() - since[0] < seconds else PASS

    return rule


def catalog_away(when: Callable[[Request], bool], seconds: float, first: Fate = GONE) -> Rule:
    """The same, but the files can be read and written."""
    rule = away(when, seconds, first)
    return lambda request: rule(request) if request.operation else PASS


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(storm(0.25, seed=1), id="one request in four is refused by 503"),
        pytest.param(forgetful(), id="each change is answered by 500 after it was done"),
        pytest.param(
            lambda request: Fate(first=lambda: time.sleep(0.3)), id="each answer takes a third of a second"
        ),
        pytest.param(away(writes_data, 60), id="everybody is gone for a minute while a task writes"),
        pytest.param(once(publishes(), LOST), id="the answer to the commit is lost"),
        pytest.param(away(publishes(), 20), id="everybody is gone for 20 seconds before the commit"),
        pytest.param(away(publishes(), 20, LOST), id="everybody is gone for 20 seconds after the commit"),
    ],
)
def test_a_run_rides_out_what_passes(play: Scene, rule: Rule) -> None:
    """It ends as if nothing had been."""
    job = play.run(rule)
    assert job.code == 0, job.told
    assert play.rows() == NEW
    (manifest,) = play.manifests().values()
    assert manifest["state"] == "published"


@pytest.mark.parametrize(
    ("first", "after"),
    [pytest.param(GONE, OLD, id="before the commit"), pytest.param(LOST, NEW, id="after the commit")],
)
def test_where_the_catalog_stays_away_the_run_says_that_nobody_knows(
    play: Scene, again: Callable[[], Finished], first: Fate, after: object
) -> None:
    """Exit code 6, after a minute of asking; the table is whole, and the next run publishes."""
    job = play.run(catalog_away(publishes(), 3600, first))
    assert job.code == 6, job.told
    assert "It is not known whether 2023-03-01 were published" in job.told
    assert play.rows() == after
    assert [each["state"] for each in play.manifests().values()] == ["failed"]
    assert again().refusal is None
    assert play.rows() == NEW
