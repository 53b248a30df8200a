"""Which engine counts, by the settings alone."""

import pytest

from footfall.errors import SettingsError
from footfall.platforms.engine import choice
from footfall.settings import Settings

BUCKET = "s3://lake/footfall"


def settings(**given: object) -> Settings:
    """Settings of a run into a folder, with others in their place."""
    return Settings.model_validate(
        {
            "pings": {"path": "pings.csv"},
            "places": {"path": "places.geojson"},
            "output": "out",
            "catalog": {"type": "glue"},
            **given,
        }
    )


def test_a_folder_is_counted_without_spark_and_a_table_in_a_catalog_with_it() -> None:
    """The choice comes with its reason."""
    assert choice(settings(), {}) == ("embedded", "the output is a folder of this machine")
    assert choice(settings(output=BUCKET), {}) == ("spark", "the output is a table on an object store")


@pytest.mark.parametrize("engine", ["embedded", "spark"])
def test_an_engine_that_is_asked_for_is_taken(engine: str) -> None:
    """Where it can do what is asked."""
    assert choice(settings(engine=engine), {}) == (engine, "the setting engine asks for it")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"engine": "embedded"}, "engine: embedded"),
        ({"engine": "spark", "spark": {"remote": "sc://host:15002"}}, "spark.remote: sc://host:15002"),
        ({"spark": {"remote": "sc://host:15002"}}, "spark.remote: sc://host:15002"),
    ],
)
def test_an_engine_that_cannot_commit_to_a_table_is_refused(given: dict[str, object], named: str) -> None:
    """Before anything starts: Iceberg's commit needs the Java of this process."""
    with pytest.raises(SettingsError) as refusal:
        choice(settings(output=BUCKET, **given), {})
    assert named in refusal.value.where
    assert BUCKET in refusal.value.where
