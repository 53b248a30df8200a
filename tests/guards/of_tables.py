"""Guards of the table on an object store: its commit, its files, its upkeep."""

from tests.guards.removal import Removal

LOSSES = "simulation/test_regressions.py::"
PROMISES = "simulation/test_promises.py::"

OF_TABLES = (
    Removal(
        "after a failed commit the table is asked whether the run is in it",
        "publish/commits.py",
        "if self.run_id in (each.run for each in later):",
        "if False:",
        f"{LOSSES}test_files_of_a_commit_stay_whose_answer_was_lost",
    ),
    Removal(
        "a commit that Iceberg refused for a conflict is one",
        "publish/commits.py",
        "raise self._conflict(later) from failure",
        "return",
        f"{LOSSES}test_of_two_commits_on_the_same_version_the_second_does_not_overwrite_the_first",
    ),
    Removal(
        "only a snapshot that keeps our rows is stepped over",
        "publish/commits.py",
        "if attempt == ATTEMPTS or not all(map(self._keeps_our_rows, later)):",
        "if attempt == ATTEMPTS:",
        f"{LOSSES}test_of_two_commits_on_the_same_version_the_second_does_not_overwrite_the_first",
    ),
    Removal(
        "a commit that was given up may arrive yet, and the error says so",
        "publish/commits.py",
        "was_lost = was_lost or _LOST in causes",
        "was_lost = False",
        f"{LOSSES}test_files_of_a_commit_stay_that_arrives_after_it_was_given_up",
    ),
    Removal(
        "a commit that was lost is tried again",
        "publish/commits.py",
        "ATTEMPTS = 3",
        "ATTEMPTS = 1",
        f"{PROMISES}test_a_commit_that_was_lost_on_its_way_is_made_again",
    ),
    Removal(
        "a catalog that does not answer after a commit is asked again for a minute",
        "publish/commits.py",
        "WAITS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)",
        "WAITS = (0.0,)",
        f"{PROMISES}test_a_catalog_that_is_away_after_the_commit_is_asked_until_it_answers",
    ),
    Removal(
        "Iceberg refuses a commit where files were added to its days",
        "publish/iceberg.py",
        "update.validateNoConflictingData().validateNoConflictingDeletes()",
        "update.validateNoConflictingDeletes()",
        f"{PROMISES}test_of_two_first_runs_one_wins_and_both_make_the_table",
    ),
    Removal(
        "Iceberg refuses a commit where files of its days were removed",
        "publish/iceberg.py",
        "update.validateNoConflictingData().validateNoConflictingDeletes()",
        "update.validateNoConflictingData()",
        f"{PROMISES}test_rows_that_someone_deleted_meanwhile_do_not_come_back",
    ),
    Removal(
        "the snapshot that conflicts count from is the one that the run began with",
        "publish/iceberg.py",
        "table.seen = _id(there.currentSnapshot())",
        "table.seen = None",
        f"{LOSSES}test_files_of_a_commit_stay_whose_answer_was_lost",
    ),
    Removal(
        "a table that another run makes at the same moment is as good as one's own",
        "publish/iceberg.py",
        "        if _THERE_ALREADY not in causes_of(failure):\n            raise",
        "        raise",
        f"{PROMISES}test_of_two_first_runs_one_wins_and_both_make_the_table",
    ),
    Removal(
        "files of a commit whose result is unknown are not deleted",
        "publish/store.py",
        "kept, self.pieces = self.pieces, []",
        "kept = self.pieces",
        f"{LOSSES}test_files_of_a_commit_stay_where_nobody_can_say_whether_it_was_made",
    ),
    Removal(
        "files of a run that met a conflict are deleted",
        "publish/store.py",
        "            self.pieces = kept\n            raise",
        "            raise",
        f"{LOSSES}test_of_two_commits_on_the_same_version_the_second_does_not_overwrite_the_first",
    ),
    Removal(
        "files of a run that published nothing are deleted when it ends",
        "publish/store.py",
        "                self._delete_pieces()",
        "                pass",
        f"{PROMISES}test_a_run_that_the_gates_refuse_publishes_nothing_and_leaves_no_file",
    ),
    Removal(
        "the report and the manifest are written once",
        "publish/store.py",
        "stores.of(path).write_once(path, text.encode())",
        "stores.of(path).write(path, text.encode())",
        f"{PROMISES}test_a_manifest_is_never_replaced",
    ),
    Removal(
        "the upkeep spares files that are young",
        "publish/maintenance.py",
        "if self._age(file.modified) > self.ages.leftovers and run not in recent:",
        "if run not in recent:",
        f"{PROMISES}test_the_upkeep_spares_what_is_being_committed",
    ),
    Removal(
        "maintenance keeps old files of a running run",
        "publish/maintenance.py",
        "and run not in recent:",
        ":",
        f"{LOSSES}test_the_upkeep_spares_what_a_long_run_has_not_committed_yet",
    ),
    Removal(
        "maintenance keeps the folder of a running run",
        "publish/maintenance.py",
        "            if min(ages) <= self.ages.leftovers:\n                continue\n",
        "",
        f"{PROMISES}test_the_upkeep_leaves_the_folder_of_a_run_that_lives",
    ),
    Removal(
        "the upkeep spares the folder of a run with a manifest",
        "publish/maintenance.py",
        'if not self._is_there(f"{self.root}/runs/{run}/{MANIFEST}"):',
        "if True:",
        f"{PROMISES}test_the_upkeep_keeps_the_history_and_the_quarantine_of_runs_that_ended",
    ),
    Removal(
        "leftovers younger than a day are never asked for",
        "platforms/maintenance.py",
        "if min(ages.snapshots, ages.leftovers) < LEAST_AGE:",
        "if False:",
        "cli/test_maintain.py::test_leftovers_of_today_are_never_removed",
    ),
)
