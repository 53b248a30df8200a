"""Guards of runs: what they publish, say and check, and of files on stores and disks."""

from tests.guards.removal import Removal

PROMISES = "simulation/test_promises.py::"

OF_RUNS = (
    Removal(
        "a run that the gates refuse does not publish",
        "pipeline.py",
        "if refusal is None:\n                    self.output.publish(",
        "if True:\n                    self.output.publish(",
        f"{PROMISES}test_a_run_that_the_gates_refuse_publishes_nothing_and_leaves_no_file",
    ),
    Removal(
        "a run gives signs of life",
        "runs/journal.py",
        "    while not over.wait(SECONDS_BETWEEN_SIGNS):",
        "    while False:",
        "simulation/test_regressions.py::test_the_upkeep_spares_what_a_long_run_has_not_committed_yet",
    ),
    Removal(
        "a run that fails after it published says so",
        "runs/journal.py",
        "error.what = _write_failure(",
        "_write_failure(",
        "test_journal.py::test_what_is_raised_gives_the_reason_that_the_manifest_gives",
    ),
    Removal(
        "a run that is stopped while it publishes does not say that it did not",
        "runs/statements.py",
        "exit_code in _BROKEN_OFF",
        "False",
        "report/test_manifest.py::test_a_run_that_is_stopped_while_it_publishes_does_not_say_that_it_did_not",
    ),
    Removal(
        "a conflict has an exit code that no machine tries again",
        "errors.py",
        "    exit_code = 5",
        "    exit_code = 6",
        "test_repository.py::test_every_kind_of_error_has_its_own_exit_code",
    ),
    Removal(
        "every row that was read is accounted for",
        "check/audits.py",
        "ok = sum(parts.values()) == funnel.scanned == scanned",
        "ok = True",
        "check/test_audits.py::test_a_row_lost_or_invented_is_found",
    ),
    Removal(
        "each place has one row per day in what was read back",
        "check/audits.py",
        "keys == (rows, rows)",
        "True",
        "check/test_audits.py::test_places_missing_or_twice_are_found",
    ),
    Removal(
        "the quarantine is complete",
        "check/audits.py",
        "ok = wanted == {reason: n for reason, n in written.items() if n}",
        "ok = True",
        "check/test_audits.py::test_the_quarantine_is_complete_reason_by_reason",
    ),
    Removal(
        "a sample of pings is looked up by GEOS as well",
        "check/audits.py",
        '"sampled pings are where GEOS finds them", not differing,',
        '"sampled pings are where GEOS finds them", True,',
        "check/test_audits.py::test_pings_that_another_way_finds_elsewhere_are_told",
    ),
    Removal(
        "the digest takes in every value",
        "check/digests.py",
        "            sha.update(part)",
        "            pass",
        "check/test_digests.py::test_other_rows_have_another_digest",
    ),
    Removal(
        "a store that is away is asked again for two minutes",
        "publish/attempts.py",
        "WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)",
        "WAITS = ()",
        "publish/test_attempts.py::test_a_store_that_comes_back_is_asked_until_it_answers",
    ),
    Removal(
        "an object is written once by a conditional write",
        "stores/s3.py",
        ', Body=content, IfNoneMatch="*")',
        ", Body=content)",
        "file_stores/test_files.py::test_what_is_written_once_stays",
    ),
    Removal(
        "a conditional write that meets its own lost one is no conflict",
        "stores/s3.py",
        "            if self.read(path) != content:\n                raise",
        "            raise",
        "simulation/test_regressions.py::test_a_manifest_whose_answer_was_lost_is_not_taken_for_that_of_another",
    ),
    Removal(
        "a cut-off answer of S3 is not believed",
        "stores/s3_requests.py",
        'if len(body) != answer["ContentLength"]:',
        "if False:",
        f"{PROMISES}test_an_answer_that_is_shorter_than_it_says_is_asked_for_again",
    ),
    Removal(
        "an object that was replaced while it is read is noticed by S3",
        "stores/s3.py",
        'request["IfMatch"] = f\'"{self.version}"\'',
        "pass",
        "file_stores/test_s3.py::test_a_range_is_one_request",
    ),
    Removal(
        "an object that was replaced while it is read is noticed by the job",
        "stores/s3.py",
        "if self.version not in (None, version) or size not in (None, self.size):",
        "if False:",
        "file_stores/test_s3.py::test_a_store_that_does_not_know_if_match_is_not_believed",
    ),
    Removal(
        "a file that was written to while it is read is noticed",
        "stores/local.py",
        "if (now.st_size, now.st_mtime_ns) != (self.size, self._written):",
        "if False:",
        "file_stores/test_files.py::test_a_file_that_grew_is_noticed",
    ),
    Removal(
        "a file appears whole, by a rename",
        "stores/local.py",
        "            made.replace(path)\n",
        "            made.unlink()\n            Path(path).write_bytes(content)\n",
        "file_stores/test_files.py::test_those_who_read_the_old_file_read_it_to_its_end",
    ),
)
