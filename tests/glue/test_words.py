"""The arguments of a Glue job, as Glue gives them to its script, read through Glue's own library."""

import pytest

pytest.importorskip("awsglue", reason="AWS publishes awsglue for Python 3.11 and 3.13 only")

from footfall.errors import InputError, SettingsError
from footfall.platforms.glue import Failed, words

GIVEN_BY_GLUE = (
    "--JOB_ID",
    "j_4f3e",
    "--JOB_RUN_ID",
    "jr_9c1d",
    "--JOB_NAME",
    "footfall-test",
    "--TempDir",
    "s3://lake/tmp/",
    "--job-bookmark-option",
    "job-bookmark-disable",
    "--job-language",
    "python",
    "--datalake-formats",
    "iceberg",
    "--extra-py-files",
    "s3://lake/a.zip,s3://lake/b.zip",
    "--additional-python-modules",
    "s3://lake/footfall.gluewheels.zip",
    "--python-modules-installer-option",
    "--no-index --no-deps",
    "--footfall-name",
    "footfall-20230301-1a2b3c4d",
    "--enable-metrics",
    "--enable-continuous-cloudwatch-log",
    "true",
    "--conf",
    "spark.a=b --conf spark.c=d",
)


def heard(*own: str) -> list[str]:
    """The words of `footfall` among these arguments and those of Glue."""
    return words(["script.py", *own, *GIVEN_BY_GLUE])


def test_glue_s_own_arguments_are_set_apart() -> None:
    """What is left is a run without flags."""
    assert heard() == ["run"]


def test_options_of_pip_are_no_arguments() -> None:
    """One option looks like an argument of its own."""
    assert words(["script.py", "--JOB_NAME", "a", "--python-modules-installer-option", "--no-index"]) == [
        "run"
    ]


def test_settings_are_the_flags_of_run_in_both_ways_of_writing() -> None:
    """Glue passes a name and a text; people also write them as one word."""
    assert heard("--settings", "s3://lake/settings.yaml", "--days=2023-03-01", "--pings-path", "a b") == [
        "run",
        "--settings=s3://lake/settings.yaml",
        "--days=2023-03-01",
        "--pings-path=a b",
    ]


@pytest.mark.parametrize("given", [["--sample"], ["--sample", "true"], ["--sample", ""]])
def test_the_sample_is_asked_for_with_or_without_a_text(given: list[str]) -> None:
    """In a map of arguments each name has a text."""
    assert heard(*given) == ["run", "--sample"]


def test_the_sample_leaves_out_what_the_job_says_of_its_real_inputs() -> None:
    """Where results go, and the file of settings, stay."""
    given = (
        "--settings",
        "s3://lake/s.yaml",
        "--pings-path",
        "s3://lake/pings/",
        "--output",
        "s3://lake/out",
    )
    assert heard(*given, "--catalog-database", "f", "--sample", "true") == [
        "run",
        "--sample",
        "--settings=s3://lake/s.yaml",
        "--output=s3://lake/out",
        "--catalog-database=f",
    ]


def test_the_sample_is_not_counted_where_the_text_says_so() -> None:
    """A default of the job can be taken back by a run."""
    assert heard("--sample", "false") == ["run"]


def test_a_mistyped_setting_is_refused_with_the_nearest_one() -> None:
    """It would else be taken for one of Glue's and have no effect."""
    with pytest.raises(SettingsError, match="--boundry") as caught:
        heard("--boundry", "closed")
    assert caught.value.fix == "Is it --boundary?"


def test_an_argument_that_nobody_knows_is_refused() -> None:
    """There is nothing near it."""
    with pytest.raises(SettingsError) as caught:
        heard("--xyzzy", "1")
    assert "docs/settings.md" in caught.value.fix


def test_without_a_name_of_the_job_the_script_was_not_started_by_glue() -> None:
    """Glue's library says which argument is missing."""
    with pytest.raises(SettingsError, match="JOB_NAME"):
        words(["script.py", "--days", "2023-03-01"])


def test_an_option_of_bookmarks_that_glue_does_not_know_is_refused() -> None:
    """The check is Glue's own."""
    with pytest.raises(SettingsError, match="job-bookmark-option"):
        words(["script.py", "--JOB_NAME", "a", "--job-bookmark-option", "maybe"])


def test_the_error_of_a_run_is_one_line_that_begins_with_the_exit_code() -> None:
    """Glue shows it; a launcher reads the code from it."""
    failed = Failed(InputError("The file is gone", where="s3://lake/a.csv", fix="Write it."))
    assert str(failed) == "exit code 3: The file is gone (where: s3://lake/a.csv) (do: Write it.)"
