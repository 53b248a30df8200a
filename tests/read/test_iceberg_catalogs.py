"""Catalogs of Iceberg: which ones are asked, and what is said where they do not know a table or do not answer."""

from pathlib import Path

import pytest
from pyiceberg.table import Table
from tests.read.iceberg_pings import COLUMNS, planned_by_name, read, rows

from footfall.errors import InfrastructureError, InputError, SettingsError
from footfall.read.pings import iceberg
from footfall.read.pings.iceberg import catalogs
from footfall.read.pings.tasks import Plan
from footfall.settings import Catalog, PingSettings


def test_a_table_that_is_not_there_is_refused(address: str) -> None:
    """By its name."""
    with pytest.raises(InputError, match=r"no table db\.nothing"):
        planned_by_name("nothing", address)


def test_a_catalog_that_does_not_answer_is_not_an_error_of_the_input() -> None:
    """It may answer when it is asked again."""
    with pytest.raises(InfrastructureError, match="does not answer"):
        planned_by_name("t", "http://127.0.0.1:9")


def test_a_catalog_needs_a_type_and_the_variables_it_names() -> None:
    """Both are settings."""
    pings = PingSettings.model_validate({"path": "db.t", "format": "iceberg", "columns": COLUMNS})
    with pytest.raises(SettingsError, match="No catalog is named"):
        iceberg.plan(pings, Catalog(), {}, 1)
    secret = Catalog(type="rest", properties={"uri": "http://127.0.0.1:9", "token": "env:THE_TOKEN"})
    with pytest.raises(SettingsError, match="THE_TOKEN is not set"):
        iceberg.plan(pings, secret, {}, 1)
    with pytest.raises(SettingsError, match="address of the catalog is missing"):
        iceberg.plan(pings, Catalog(type="rest"), {}, 1)
    endpoint = Catalog(
        type="rest", properties={"uri": "http://127.0.0.1:9", "s3.endpoint": "http://127.0.0.1:8"}
    )
    with pytest.raises(SettingsError, match=r"not from s3\.endpoint"):
        iceberg.plan(pings, endpoint, {}, 1)
    with pytest.raises(InfrastructureError):
        iceberg.plan(pings, endpoint, {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:8"}, 1)


def test_tables_of_a_database_are_found(table: Table, tmp_path: Path) -> None:
    """Catalogs of Java's JDBC kind; the file of SQLite is only read, and not made where it is missing."""
    pytest.importorskip("sqlalchemy")
    from pyiceberg.catalog.sql import SqlCatalog

    file = tmp_path / "catalog.db"
    made = SqlCatalog("lake", uri=f"sqlite:///{file}")
    made.create_namespace("db")
    table.append(rows("a"))
    made.register_table(("db", "seen"), table.metadata_location)

    def plan(name: str, path: Path) -> Plan:
        given = {"path": f"db.{name}", "format": "iceberg", "columns": COLUMNS}
        catalog = Catalog(type="jdbc", properties={"uri": f"jdbc:sqlite:{path}"})
        return iceberg.plan(PingSettings.model_validate(given), catalog, {}, 1)

    assert read(plan("seen", file), "device") == [("a",)]
    with pytest.raises(InputError, match=r"no table db\.unseen"):
        plan("unseen", file)
    with pytest.raises(InfrastructureError, match="does not answer"):
        plan("seen", tmp_path / "another.db")
    assert not (tmp_path / "another.db").exists()


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"uri": "jdbc:postgresql://h:5432/lake"}, "postgresql+psycopg2://h:5432/lake"),
        (
            {"uri": "jdbc:postgresql://h/lake", "jdbc.user": "me", "jdbc.password": "p@:/ %"},
            "postgresql+psycopg2://me:p%40%3A%2F%20%25@h/lake",
        ),
        ({"uri": "jdbc:mysql://h/lake", "jdbc.user": "me"}, "mysql+pymysql://me@h/lake"),
        ({"uri": "jdbc:sqlite:/a/b.db"}, "sqlite:///file:/a/b.db?mode=ro&uri=true"),
    ],
)
def test_addresses_of_databases_are_those_of_java(given: dict[str, str], address: str) -> None:
    """User and password stand in properties of their own there."""
    assert catalogs.address_of(given) == address


@pytest.mark.parametrize("uri", ["", "jdbc:oracle:thin:@h", "jdbc:postgresql:lake", "postgresql"])
def test_addresses_of_no_known_database_are_refused(uri: str) -> None:
    """Before anything is asked."""
    with pytest.raises(SettingsError, match="none of a known database"):
        catalogs.address_of({"uri": uri})
