"""Opens tables of the catalog in the settings."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from footfall import aws
from footfall.errors import InfrastructureError, InputError, SettingsError
from footfall.extras import needed
from footfall.settings import CATALOG, Catalog
from footfall.settings.values import hide_credentials

_FILES = "footfall.read.pings.iceberg.store_files.StoreIO"
_RENAMED = {
    "client.assume-role.arn": "client.role-arn",
    "client.assume-role.session-name": "client.role-session-name",
}
_OF_JAVA = re.compile(r"(?:.*-impl|cache-enabled|client\.(?:factory|credentials-provider.*)|jdbc\..*)")
_DRIVERS = {"postgresql": "postgresql+psycopg2", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql"}
_RAISED_BY_OTHERS = (("sqlalchemy.exc", "SQLAlchemyError"), ("pydantic", "ValidationError"))
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_ADD_URI = "Add `uri`, such as https://catalog.example.com."
_OWN_ACCESS = ("glue.", "client.")


def open_table(name: str, catalog: Catalog, environ: Mapping[str, str]) -> Any:
    """The table in its present state, a `pyiceberg.table.Table`.

    Args:
        name: Such as `database.table`.
        catalog: Where it is.
        environ: The variables that hold the catalog's secrets.

    Raises:
        InputError: There is no such table, or the catalog does not let the job see it.
        SettingsError: The catalog cannot be used as it is set.
        InfrastructureError: The catalog does not answer.
    """
    properties = catalog.resolved(environ)
    if catalog.type is None:
        fix = "Set it to glue, jdbc or rest."
        raise SettingsError("No catalog is named that knows the table", where="catalog.type", fix=fix)
    if "s3.endpoint" in properties and not any(environ.get(variable) for variable in _ENDPOINTS):
        fix = f"Set the variable {_ENDPOINTS[0]} to it too."
        what = "The files of the table are read from where the variables of AWS say, not from s3.endpoint"
        raise SettingsError(what, where="catalog.properties, s3.endpoint", fix=fix)
    with failures(name):
        return _opened(catalog.type, properties).load_table(tuple(name.split(".")))


@contextmanager
def failures(name: str) -> Iterator[None]:
    """Turn what pyiceberg raises inside the block into one error.

    Raises:
        InputError: There is no table of this name, or the catalog does not let the job see it.
        InfrastructureError: The catalog does not answer, or its answer is invalid.
    """
    with needed("iceberg"):
        import pyiceberg.exceptions as kinds
        import requests
    where = f"pings.path: table {name}"
    denied = (
        kinds.UnauthorizedError,
        kinds.ForbiddenError,
        kinds.AuthorizationExpiredError,
        kinds.OAuthError,
    )
    away: tuple[type[Exception], ...] = (kinds.RESTError, requests.RequestException, *_of_others())
    try:
        with aws.failures(f"the catalog, table {name}"):
            yield
    except (kinds.NoSuchTableError, kinds.NoSuchNamespaceError) as failure:
        fix = "Correct the name, as database.table, or the settings catalog.*."
        what = f"There is no table {name} in the catalog"
        raise InputError(what, where="pings.path", fix=fix) from failure
    except denied as failure:
        fix = "Give the role of the job the right to it, or correct the secrets in catalog.properties."
        raise InputError(f"The catalog denies access: {_first(failure)}", where=where, fix=fix) from failure
    except away as failure:
        fix = "Run again when it answers; see that catalog.properties name the right address."
        what = f"The catalog does not answer: {_first(failure)}"
        raise InfrastructureError(what, where=where, fix=fix) from failure


def _first(failure: Exception) -> str:
    return (str(failure).splitlines() or [type(failure).__name__])[0]


def _of_others() -> tuple[type[Exception], ...]:
    """The exceptions of database drivers, if any is loaded, and of pyiceberg for invalid answers."""
    found = ((sys.modules.get(module), kind) for module, kind in _RAISED_BY_OTHERS)
    return tuple(getattr(module, kind) for module, kind in found if module is not None)


def _opened(kind: str, properties: Mapping[str, str]) -> Any:
    """The client of a catalog of this kind, with its properties under pyiceberg's names."""
    known = {
        _RENAMED.get(name, name): text for name, text in properties.items() if not _OF_JAVA.fullmatch(name)
    }
    known["py-io-impl"] = _FILES
    with needed("iceberg"):
        if kind == "rest":
            if "uri" not in known:
                raise SettingsError(
                    "The address of the catalog is missing", where="catalog.properties", fix=_ADD_URI
                )
            from pyiceberg.catalog.rest import RestCatalog

            return RestCatalog(CATALOG, **known)
        if kind == "glue":
            from pyiceberg.catalog.glue import GlueCatalog

            own = any(name.startswith(_OWN_ACCESS) for name in known)
            return GlueCatalog(CATALOG, None if own else aws.client("glue"), **known)
        from pyiceberg.catalog.sql import SqlCatalog

        known |= {"uri": address_of(properties), "init_catalog_tables": "false"}
        return SqlCatalog(CATALOG, **known)


def address_of(properties: Mapping[str, str]) -> str:
    """The address of a database as SQLAlchemy writes it, from the properties `uri`, `jdbc.user` and `jdbc.password`.

    Raises:
        SettingsError: The kind of database is not supported.
    """
    given = properties.get("uri", "")
    kind, _, rest = given.removeprefix("jdbc:").partition(":")
    if kind == "sqlite":
        return f"sqlite:///file:{rest}?mode=ro&uri=true"
    if kind not in _DRIVERS or not rest.startswith("//"):
        fix = "Write jdbc:postgresql://host:port/database, jdbc:mysql://... or jdbc:sqlite:file."
        where = f"catalog.properties, uri: {hide_credentials(given)}"
        raise SettingsError("The address of the catalog is none of a known database", where=where, fix=fix)
    user, password = (quote(properties.get(f"jdbc.{part}", ""), safe="") for part in ("user", "password"))
    who = f"{user}:{password}@" if password else f"{user}@" if user else ""
    return f"{_DRIVERS[kind]}://{who}{rest.removeprefix('//')}"
