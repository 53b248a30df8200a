"""Outputs on an object store: what names one, and what its catalog may hold."""

from typing import Any

import pytest

from footfall import jobs
from footfall.engines.spark.session import catalog
from footfall.errors import SettingsError
from footfall.settings import Settings
from footfall.settings.sources import load

INPUTS = {"pings.path": "pings.csv", "places.path": "places.geojson"}


def loaded(**flags: str) -> Settings:
    """The settings of these flags, with dots for underscores between two of them."""
    given = {name.replace("__", "."): text for name, text in flags.items()}
    return load(None, {}, INPUTS | given, jobs.settings()).settings


def refusal(**flags: str) -> str:
    """What is said of these flags."""
    with pytest.raises(SettingsError) as caught:
        loaded(**flags)
    return str(caught.value)


def test_a_bucket_and_its_catalog_are_settings_like_others() -> None:
    """A slash at the end of the output means nothing."""
    settings = loaded(
        output="s3://bucket/footfall/", catalog__type="glue", catalog__properties="{s3.acl: private}"
    )
    assert settings.output == "s3://bucket/footfall"
    assert settings.catalog.model_dump() == {
        "type": "glue",
        "database": "footfall",
        "properties": {"s3.acl": "private"},
    }


def test_a_bucket_without_a_catalog_is_refused() -> None:
    """Both settings are named."""
    said = refusal(output="s3a://bucket/x")
    assert "`output`" in said
    assert "`catalog.type`" in said


@pytest.mark.parametrize(
    "output", ["hdfs://host/x", "file:///tmp/x", "s3:///x", "s3n://bucket/x", "s3://two words/x"]
)
def test_other_addresses_are_refused(output: str) -> None:
    """The accepted forms are told."""
    assert "neither a local folder nor s3://bucket/prefix" in refusal(output=output, catalog__type="glue")


@pytest.mark.parametrize(
    "name", ["s3.secret-access-key", "jdbc.password", "token", "credential", "s3.session-token"]
)
def test_a_secret_is_refused_unless_it_stands_in_a_variable(name: str) -> None:
    """And the message does not show it; names that only sound alike are taken."""
    said = refusal(output="s3://b/x", catalog__type="rest", catalog__properties=f"{{{name}: hunter2}}")
    assert name in said
    assert "hunter2" not in said
    loaded(output="s3://b/x", catalog__type="rest", catalog__properties=f"{{{name}: 'env:HUNTER'}}")
    loaded(output="s3://b/x", catalog__type="glue", catalog__properties="{client.credentials-provider: x}")


def test_spark_is_told_of_the_catalog_only_where_the_output_needs_it() -> None:
    """A local output asks for no class that is not there."""
    assert not [name for name in catalog(loaded(output="out"), {}) if "catalog" in name]
    told = catalog(loaded(output="s3://b/x", catalog__type="glue"), {})
    assert told["spark.sql.catalog.lake.type"] == "glue"
    assert told["spark.sql.catalog.lake.warehouse"] == "s3://b/x"


def test_a_variable_is_read_when_spark_starts() -> None:
    """One that is not set is named."""
    settings = loaded(
        output="s3://b/x", catalog__type="jdbc", catalog__properties="{jdbc.password: 'env:PGPASSWORD'}"
    )
    password: dict[str, Any] = catalog(settings, {"PGPASSWORD": "from the environment"})
    assert password["spark.sql.catalog.lake.jdbc.password"] == "from the environment"
    with pytest.raises(SettingsError, match="PGPASSWORD is not set"):
        catalog(settings, {})


def test_settings_tell_the_name_of_the_variable_and_not_what_is_in_it() -> None:
    """Whatever writes settings down, writes the name."""
    settings = loaded(
        output="s3://b/x", catalog__type="jdbc", catalog__properties="{jdbc.password: 'env:PGPASSWORD'}"
    )
    assert "env:PGPASSWORD" in settings.model_dump_json()
