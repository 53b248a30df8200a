"""What publishing promises, each in the histories that would break it if one guard were missing."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from footfall.schema import PLACE_DAYS

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from footfall import aws, stores
from footfall.errors import SettingsError
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.history.record import RunRecord
from footfall.publish.store import Store
from footfall.publish.tasks import Ages
from tests.simulation import folder_history, store_history
from tests.simulation.acts import Plan, played
from tests.simulation.bucket import Client
from tests.simulation.disk import shared
from tests.simulation.metadata import Metadata, Snapshot
from tests.simulation.rows import DAYS
from tests.simulation.scripts import DAY, NEXT, play, standing
from tests.simulation.store_scene import DATABASE, OUTPUT, Scene, on_stage, scene
from tests.simulation.tasks import Machine
from tests.simulation.weather import Script, Weather
from tests.simulation.world import World

COMMIT = "run-2 ... UpdateTable"


def test_of_two_first_runs_one_wins_and_both_make_the_table() -> None:
    """Neither saw a day when it began, so nothing is removed; and both may find that the table is missing."""
    for number in range(1, 31):
        there = play([Plan(2, DAYS), Plan(3, DAYS)], [], is_first=True, number=number)
        assert sorted(str(there.answers[run].code) for run in (2, 3)) == ["0", "5"]


def test_a_commit_that_was_lost_on_its_way_is_made_again() -> None:
    """The table says that it was not made."""
    there = play([Plan(2, DAYS)], [(COMMIT, "lost", 1)])
    assert there.answers[2].code == 0


def test_a_catalog_that_is_away_after_the_commit_is_asked_until_it_answers() -> None:
    """Whether the commit was made is worth a minute."""
    there = play([Plan(2, DAYS)], [(COMMIT, "unanswered", 1), ("run-2 ... GetTable", "lost", 6)])
    assert there.answers[2].code == 0


def test_rows_that_someone_deleted_meanwhile_do_not_come_back() -> None:
    """A person deletes a day by SQL while a run counts it: the run does not replace what it has not seen."""
    there = scene(Random(1), Script())  # noqa: S311

    def without_day(base: Metadata) -> Snapshot:
        assert base.head is not None
        kept = frozenset(file for file in base.head.files if file.day != str(DAY))
        return there.lake.snapshot(base, "delete", kept, {})

    with on_stage(there):
        there.world.start("run-1", Machine("calm"), there.run(Plan(1, DAYS)))
        there.world.run()
        there.world.start("run-2", Machine("run-2"), there.run(Plan(2, DAYS, seconds=60.0)))
        there.world.start("person", Machine("person"), partial(there.lake.commit, without_day), after=30.0)
        there.world.run()
    assert there.answers[2].code == 5
    assert standing(there) == {str(NEXT): {1}}


def test_a_run_that_the_gates_refuse_publishes_nothing_and_leaves_no_file() -> None:
    """It says so in its manifest."""
    there = play([Plan(2, DAYS, is_refused=True)], [])
    assert there.answers[2].code == 4
    assert standing(there) == {str(DAY): {1}, str(NEXT): {1}}
    assert not any("/run-2-" in key for key in there.bucket.objects)


def test_a_manifest_is_never_replaced() -> None:
    """What a run has said of itself stays, whatever writes to its folder after it."""
    there = play([Plan(2, DAYS)], [])
    said = there.bucket.objects["out/runs/run-2/manifest.json"]
    with on_stage(there), pytest.raises(SettingsError, match="the file is there already"):
        Store.at(there.session, PLACE_DAYS, OUTPUT, DATABASE, "run-2").write("manifest.json", "{}")
    assert there.bucket.objects["out/runs/run-2/manifest.json"] == said


class Torn(Client):
    """A store whose first answer ends in the middle, and says nothing of it."""

    is_torn = False

    def get_object(self, *, Bucket: str, Key: str, **asked: str) -> dict[str, Any]:  # noqa: N803 - names of botocore
        """Read an object, or its first half."""
        answer = super().get_object(Bucket=Bucket, Key=Key, **asked)
        if not self.is_torn:
            self.is_torn, half = True, answer["Body"].read()[:4]
            answer["Body"] = SimpleNamespace(read=lambda: half)
        return answer


def test_an_answer_that_is_shorter_than_it_says_is_asked_for_again() -> None:
    """Half a manifest is no manifest."""
    there = scene(Random(1), Script())  # noqa: S311
    there.bucket.put("out/manifest.json", b"all of it")
    torn = Torn(there.bucket)
    with played(there.world, (aws, "client", lambda service: torn)):
        assert stores.of(OUTPUT).read(f"{OUTPUT}/manifest.json") == b"all of it"
    assert torn.is_torn


def upkeep_every_hour(plan: Plan, ages: Ages, hours: int) -> Scene:
    """A history of one run beside an upkeep that comes each hour; nothing that lives may go."""
    there = scene(Random(1), Script())  # noqa: S311
    with on_stage(there):
        there.world.start("run-1", Machine("calm"), there.run(Plan(1, DAYS)))
        there.world.run()
        there.world.signs = 1800.0
        there.world.start(plan.run_id, Machine(plan.run_id), there.run(plan))
        for hour in range(hours):
            there.world.start("upkeep", Machine("upkeep"), partial(there.upkeep, ages), 3600.0 * hour)
            there.world.start("look", Machine("calm"), partial(is_known, there, plan), 3600.0 * (hour + 0.5))
        there.world.run()
        store_history.check(there)
    return there


def is_known(there: Scene, plan: Plan) -> None:
    """The history knows a run while it lives, and when it has ended."""
    assert f"out/runs/{plan.run_id}/alive.json" in there.bucket.objects


def test_the_upkeep_leaves_the_folder_of_a_run_that_lives() -> None:
    """However long it has no manifest."""
    there = upkeep_every_hour(Plan(2, DAYS, seconds=30 * 3600.0), Ages(leftovers=timedelta(days=1)), 30)
    assert there.answers[2].code == 0


def test_the_upkeep_keeps_the_history_and_the_quarantine_of_runs_that_ended() -> None:
    """Old as they are, they have a manifest."""
    there = upkeep_every_hour(Plan(2, DAYS, has_bad_rows=True), Ages(leftovers=timedelta(days=1)), 50)
    states = {run.run_id: run.state for run in listed(there)}
    assert states == {"run-1": "published", "run-2": "published"}
    assert "out/quarantine/run=run-2/part-00000.parquet" in there.bucket.objects


def listed(there: Scene) -> list[RunRecord]:
    """The history of runs."""
    with on_stage(there):
        return all_runs(run_files(OUTPUT), datetime.fromtimestamp(there.world.now, UTC))


def test_the_upkeep_spares_what_is_being_committed() -> None:
    """Files that no snapshot lists yet are young; the upkeep comes at any moment of a commit."""
    for number in range(1, 41):
        there = scene(Random(number), Script())  # noqa: S311
        with on_stage(there):
            there.world.start("run-1", Machine("calm"), there.run(Plan(1, DAYS)))
            there.world.run()
            there.world.start("run-2", Machine("run-2"), there.run(Plan(2, DAYS, seconds=0.0)))
            for _ in range(3):
                there.world.start("upkeep", Machine("upkeep"), partial(there.upkeep, Ages()))
            there.world.run()
            store_history.check(there)


def folder_of_two(folder: Path, number: int, seconds: float = 0.0) -> folder_history.Scene:
    """A history of a folder in which two runs of the same days go on at once, undisturbed."""
    there = folder_history.Scene(World(Random(number), Weather("calm")), folder)  # noqa: S311
    with played(there.world), shared(there.world, folder, there.renamed):
        try:
            for run in (2, 3):
                plan = Plan(run, DAYS, seconds=seconds)
                there.world.start(plan.run_id, Machine(plan.run_id), there.run(plan))
            there.world.run()
            folder_history.check(there)
        finally:
            there.world.stop()
    return there


def test_of_two_runs_that_publish_into_a_folder_at_once_one_wins(tmp_path: Path) -> None:
    """Also where both look at the day before either replaces it."""
    for number in range(1, 41):
        there = folder_of_two(tmp_path / str(number), number)
        assert sorted(str(there.answers[run].code) for run in (2, 3)) == ["0", "5"]


def test_a_run_that_begins_beside_another_takes_nothing_of_it_away(tmp_path: Path) -> None:
    """Each sweeps up after runs that were killed, of which none is one that has just begun."""
    for number in range(1, 41):
        there = folder_of_two(tmp_path / str(number), number, seconds=1.0)
        assert {there.answers[run].code for run in (2, 3)} == {0, 5}
