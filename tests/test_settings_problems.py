"""What is said when settings are wrong: which one, its value, where it stands, and what would do."""

from pathlib import Path

import pytest

from footfall import jobs
from footfall.errors import SettingsError
from footfall.settings.sources import load

LEAST = "pings: {path: pings.csv}\nplaces: {path: shops.shp}\noutput: ./out\n"


def written(folder: Path, content: str) -> Path:
    """A settings file of this content."""
    path = folder / "settings.yaml"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file with the least that is required."""
    return written(tmp_path, LEAST)


def refusal(
    file: Path | None, environ: dict[str, str] | None = None, flags: dict[str, str] | None = None
) -> SettingsError:
    """The error that loading ends with."""
    with pytest.raises(SettingsError) as refused:
        load(file, environ or {}, flags or {}, jobs.settings())
    assert refused.value.exit_code == 2
    return refused.value


def test_one_source_cannot_give_both_day_and_days(tmp_path: Path) -> None:
    """Nobody could say which was meant."""
    error = refusal(written(tmp_path, LEAST + "days: all\nday: 2023-03-01\n"))
    assert "Both `day` and `days` are given" in error.what
    assert "line 4" in error.where
    assert "line 5" in error.where


def test_a_missing_setting_names_every_place_that_was_looked_at(tmp_path: Path) -> None:
    """Flag, variable and key are all named, and so are the other missing settings."""
    path = written(tmp_path, "output: ./out\n")
    error = refusal(path)
    assert error.what == "Setting `pings.path` is missing. Not accepted either: `places.path`."
    assert (
        error.where
        == f"looked at flag --pings-path, variable FOOTFALL_PINGS_PATH, key `pings.path` of {path}"
    )
    assert "no settings file, as none was named" in refusal(None).where


@pytest.mark.parametrize(
    ("content", "what", "line", "accepted"),
    [
        ("visit_gap: soon", "Setting `visit_gap` is 'soon': it is not a duration.", 4, "30min"),
        (
            "boundary: shut",
            "Setting `boundary` is 'shut', which is not accepted.",
            4,
            "open, closed or half_open",
        ),
        (
            "privacy: {k: 0}",
            "Setting `privacy.k` is 0, which is not accepted.",
            4,
            "a whole number of at least 1",
        ),
        (
            "\nday: 2023-02-30",
            "Setting `day` is '2023-02-30': the calendar has no day 2023-02-30.",
            5,
            "2023-03-01",
        ),
        ("allow_empty: no", "Setting `allow_empty` is 'no', which is not accepted.", 4, "true or false"),
        (
            "privacy:\n",
            "Setting `privacy` is empty, but it holds settings of its own.",
            4,
            "k, deny_categories",
        ),
        ("spark: fast", "Setting `spark` is 'fast', but it holds settings of its own.", 4, "master, memory"),
    ],
)
def test_a_wrong_value_is_told_with_its_line_and_what_is_accepted(
    tmp_path: Path, content: str, what: str, line: int, accepted: str
) -> None:
    """The setting, its value, where it stands and what would do."""
    error = refusal(written(tmp_path, LEAST + content))
    assert error.what == what
    assert f"settings.yaml, line {line}" in error.where
    assert accepted in error.fix


def test_settings_that_do_not_fit_together_are_told_with_all_their_sources(tmp_path: Path) -> None:
    """A flag against the file: both are named."""
    two_columns = "pings:\n  path: p\n  columns: {date: D, time: T}\nplaces: {path: s}\noutput: o\n"
    path = written(tmp_path, two_columns)
    error = refusal(path, flags={"pings.columns.at": "When"})
    assert "the time is named twice: give either `at`, or `date` and `time`" in error.what
    assert "`pings.columns.at` from flag --pings-columns-at" in error.where
    assert f"`pings.columns.date` from file {path}, line 3" in error.where


@pytest.mark.parametrize(
    ("content", "unknown", "nearest"),
    [
        ("visit_gab: 30min", "visit_gab", "visit_gap"),
        ("k: 1", "k", "privacy.k"),
        ("privacy: {kk: 1}", "privacy.kk", "privacy.k"),
        ("place_id: X", "place_id", "places.columns.place_id"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest_name(
    tmp_path: Path, content: str, unknown: str, nearest: str
) -> None:
    """A misspelt setting is never ignored."""
    error = refusal(written(tmp_path, LEAST + content))
    assert error.what == f"There is no setting `{unknown}`."
    assert f"did you mean `{nearest}`?" in error.fix
    assert "line 4" in error.where


def test_a_dotted_key_is_told_to_be_nested(tmp_path: Path) -> None:
    """`pings.format: csv` in a file is a step too few."""
    error = refusal(written(tmp_path, LEAST + "pings.format: csv\n"))
    assert "`format` under `pings`" in error.fix


def test_an_unknown_variable_is_refused_without_showing_its_value(file: Path) -> None:
    """It may be a password of something else."""
    error = refusal(file, {"FOOTFALL_OUTPT": "hunter2"})
    assert "FOOTFALL_OUTPT" in error.what
    assert "did you mean FOOTFALL_OUTPUT?" in error.fix
    assert "hunter2" not in str(error)


def test_credentials_in_a_value_are_not_shown(file: Path) -> None:
    """Neither in an error nor in the list of settings."""
    address = "s3://me:hunter2@host/pings?X-Amz-Signature=abcdef&x=1"
    assert "hunter2" not in str(refusal(file, flags={"boundary": address}))
    assert "abcdef" not in str(refusal(file, flags={"boundary": address}))
    rows = load(file, {}, {"pings.path": address}, jobs.settings()).rows()
    assert {
        "name": "pings.path",
        "value": "s3://***@host/pings?X-Amz-Signature=***&x=1",
        "origin": "flag --pings-path",
    } in rows


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("pings:\n\tpath: a.csv\n", "there is a tab where blanks must stand", "correct the file there"),
        ("pings: {path:a.csv}\n", "A blank is missing after `path:`", "write `path: a.csv`"),
        ("pings: a.csv\n", "holds settings of its own", "write `pings: {path: a.csv}`, or put"),
        (
            "pings: {path: a}\nplaces: {path: b}\noutput: c\nboundary: opne\n",
            "'opne'",
            "did you mean open? Else give",
        ),
        (
            "pings: {path: a, time_zone: Amerika}\nplaces: {path: b}\noutput: c\n",
            "'Amerika'",
            "give text, such as",
        ),
    ],
)
def test_what_is_written_by_mistake_is_told_with_what_to_write(
    tmp_path: Path, text: str, what: str, fix: str
) -> None:
    """A tab, a path where a section stands, a slip in a value; where nothing is like it, no suggestion."""
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "s.yaml", {}, {}, jobs.settings())
    assert what in caught.value.what
    assert caught.value.fix.startswith(fix)
