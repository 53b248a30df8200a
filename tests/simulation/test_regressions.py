"""Losses of data that others had and told of in public, each as the history that would repeat it here."""

from datetime import timedelta
from functools import partial
from random import Random

import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from footfall.publish.tasks import Ages
from tests.simulation.acts import Plan
from tests.simulation.rows import DAYS
from tests.simulation.scripts import DAY, NEXT, play, standing
from tests.simulation.store_history import check
from tests.simulation.store_scene import on_stage, scene
from tests.simulation.tasks import Machine
from tests.simulation.weather import Script


def test_files_of_a_commit_stay_whose_answer_was_lost() -> None:
    """The commit was made; who takes the silence for a refusal deletes the files that readers need.

    https://github.com/ClickHouse/ClickHouse/issues/112081, mended by #115390 and #115580; duckdb/duckdb-iceberg#1120.
    """
    there = play([Plan(2, DAYS)], [("run-2 ... UpdateTable", "unanswered", 1)])
    assert there.answers[2].code == 0
    assert standing(there) == {str(DAY): {2}, str(NEXT): {2}}


def test_files_of_a_commit_stay_where_nobody_can_say_whether_it_was_made() -> None:
    """The same, and then the catalog is gone: the answer is that nobody knows, and nothing is deleted.

    https://github.com/ClickHouse/ClickHouse/pull/115580.
    """
    there = play(
        [Plan(2, DAYS)], [("run-2 ... UpdateTable", "unanswered", 1), ("run-2 ... GetTable", "lost", 99)]
    )
    assert there.answers[2].code == 6, there.answers[2].said
    assert there.answers[2].said.startswith("It is not known whether 2023-03-01, 2023-03-02 were published")
    assert standing(there) == {str(DAY): {2}, str(NEXT): {2}}


def test_files_of_a_commit_stay_that_arrives_after_it_was_given_up() -> None:
    """The table does not show it yet, which does not mean that it failed.

    https://github.com/apache/iceberg/pull/3717; https://github.com/apache/iceberg/issues/2317, mended by #2328.
    """
    answers = set()
    for number in range(1, 101):
        there = play([Plan(2, DAYS)], [("run-2 ... UpdateTable", "late", 3)], number=number)
        assert standing(there) == {str(DAY): {2}, str(NEXT): {2}}
        answers.add(there.answers[2].said.partition(":")[0])
    assert answers == {"published", "It is not known whether 2023-03-01, 2023-03-02 were published"}


def test_a_repeated_commit_gives_each_row_once() -> None:
    """The first was made, its answer is lost, and nobody sees it at once: the second must not add the rows again.

    https://github.com/apache/iceberg/pull/2328 weighs doubled rows against lost ones.
    """
    there = play([Plan(2, DAYS, pieces=2)], [("run-2 ... UpdateTable", "late", 1)])
    assert there.answers[2].code == 0
    assert there.lake.current is not None
    assert there.lake.current.head is not None
    assert len(there.lake.current.head.files) == 4


def test_the_upkeep_spares_what_a_long_run_has_not_committed_yet() -> None:
    """A run counts for nine days, leftovers go after one: its first files are old, and needed.

    https://github.com/apache/iceberg/issues/4194.
    """
    there = scene(Random(1), Script())  # noqa: S311
    long = Plan(2, DAYS, pieces=2, seconds=9 * 86_400.0)
    with on_stage(there):
        there.world.signs = 3600.0
        there.world.start(long.run_id, Machine(long.run_id), there.run(long))
        ages = Ages(leftovers=timedelta(days=1))
        for day in range(1, 9):
            there.world.start("upkeep", Machine("upkeep"), partial(there.upkeep, ages), after=day * 86_400.0)
        there.world.run()
        check(there)
    assert there.answers[2].code == 0
    assert standing(there) == {str(DAY): {2}, str(NEXT): {2}}


def test_of_two_commits_on_the_same_version_the_second_does_not_overwrite_the_first() -> None:
    """Both saw the same table; the later one won, and the rows of the earlier one, called published, were gone.

    https://github.com/delta-io/delta/issues/1410, https://github.com/delta-io/delta/issues/1830.
    """
    there = play([Plan(2, DAYS), Plan(3, DAYS)], [])
    codes = {number: there.answers[number].code for number in (2, 3)}
    assert sorted(map(str, codes.values())) == ["0", "5"]
    (winner,) = (number for number, code in codes.items() if code == 0)
    assert standing(there) == {str(DAY): {winner}, str(NEXT): {winner}}
    loser = 5 - winner
    assert f"was published by run-{winner}" in there.answers[loser].said
    assert not any(f"/run-{loser}-" in key for key in there.bucket.objects)


def test_a_commit_that_was_made_is_no_failure_though_another_came_after_it() -> None:
    """Its answer is lost, another run commits, and the table's current snapshot is not its own.

    https://github.com/delta-io/delta-rs/issues/2279.
    """
    there = play(
        [Plan(2, DAYS[:1], seconds=10.0), Plan(3, DAYS[1:], seconds=11.0)],
        [("run-2 ... UpdateTable", "unanswered", 1)],
    )
    assert (there.answers[2].code, there.answers[3].code) == (0, 0)
    assert standing(there) == {str(DAY): {2}, str(NEXT): {3}}


def test_a_manifest_whose_answer_was_lost_is_not_taken_for_that_of_another() -> None:
    """The repeated conditional write is refused by the first one, which must not end the run as if it had failed.

    https://github.com/ClickHouse/ClickHouse/issues/112081, for the conditional write of an object.
    """
    there = play([Plan(2, DAYS)], [("run-2 ... PUT out/runs/run-2/manifest.json", "unanswered", 1)])
    assert there.answers[2].code == 0
