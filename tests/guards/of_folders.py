"""Guards of an output folder: its locks, its renames, its sweeping."""

from tests.guards.removal import Removal

PROMISES = "simulation/test_promises.py::"

OF_FOLDERS = (
    Removal(
        "one run at a time replaces days",
        "publish/folder.py",
        "            fcntl.flock(lock, fcntl.LOCK_EX)\n",
        "",
        f"{PROMISES}test_of_two_runs_that_publish_into_a_folder_at_once_one_wins",
    ),
    Removal(
        "a day is replaced only if it is as the run has seen it",
        "publish/folder.py",
        "                self._refuse_if_changed(day)\n",
        "                pass\n",
        "publish/test_days.py::test_of_two_runs_of_a_day_the_second_to_publish_is_refused",
    ),
    Removal(
        "every day of a run is looked at before the first is replaced",
        "publish/folder.py",
        "            for day in days:\n                self._refuse_if_changed(day)\n",
        "            for day in days[:1]:\n                self._refuse_if_changed(day)\n",
        "publish/test_days.py::test_a_conflict_on_one_day_leaves_all_days_alone",
    ),
    Removal(
        "rows are on the disk before they replace others",
        "publish/swapping.py",
        "        os.fsync(handle)\n",
        "",
        "simulation/test_histories.py::test_histories_of_a_folder_hold",
    ),
    Removal(
        "what was replaced before a disk failed is named",
        "publish/swapping.py",
        "        if replaced:",
        "        if False:",
        "publish/test_days.py::test_a_disk_that_fails_between_two_days_is_no_reason_to_hide_the_first",
    ),
    Removal(
        "there is room for the report before days are replaced",
        "publish/folder.py",
        "room.write_bytes(os.urandom(ROOM))",
        "room.touch()",
        "publish/test_days.py::test_a_disk_without_room_for_the_report_keeps_the_old_days",
    ),
    Removal(
        "the staged files of a running run are not deleted",
        "publish/folder.py",
        "fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "pass",
        "publish/test_killed_runs.py::test_the_staged_files_of_a_living_run_are_left_alone",
    ),
    Removal(
        "a run holds a lock until it ends",
        "publish/folder.py",
        "            fcntl.flock(alive, fcntl.LOCK_EX)\n",
        "",
        "publish/test_killed_runs.py::test_the_staged_files_of_a_living_run_are_left_alone",
    ),
    Removal(
        "the file that tells of a run is seen only once it is locked",
        "publish/folder.py",
        '(self.staging / "waking").open("w")',
        '(self.staging / "alive").open("w")',
        f"{PROMISES}test_a_run_that_begins_beside_another_takes_nothing_of_it_away",
    ),
    Removal(
        "two runs have two folders",
        "publish/folder.py",
        "self.staging.mkdir(parents=True)",
        "self.staging.mkdir(parents=True, exist_ok=True)",
        "publish/test_folder.py::test_the_same_run_id_twice_is_refused",
    ),
)
