"""AWS as the job meets it: the one place that makes clients of it.

Who asks, in which region and at which address is botocore's own business: the environment, the profile of a person,
single sign-on, a web identity, the endpoint of Pod Identity or ECS, the role of the machine; `AWS_REGION`,
`AWS_ENDPOINT_URL`. botocore renews credentials while the process lives. It is imported when something is asked.
"""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from footfall.aws.refusals import error_of, trouble_of
from footfall.extras import needed

Answer = TypeVar("Answer")


@dataclass
class _Process:
    """The session and the clients of one process: a socket that two processes read from would mix their answers."""

    lock: Lock = field(default_factory=Lock)
    session: Any = None
    clients: dict[str, Any] = field(default_factory=dict)


_here = _Process()


def start_anew() -> None:
    """Forget clients and credentials, so that the next request finds both again."""
    global _here
    _here = _Process()


def renew(used: Any) -> None:
    """Look for credentials once more, where this client was refused for old ones and nobody else has done it."""
    if used in _here.clients.values():
        start_anew()


os.register_at_fork(after_in_child=start_anew)


def prepare() -> None:
    """Import what clients are made of, and make none: processes that are forked afterwards need not do so each.

    Raises:
        PrerequisiteError: botocore is not installed.
    """
    _botocore()


def client(service: str) -> Any:
    """The client of a service, such as "s3", for the role and region of the surroundings; one for each process.

    Raises:
        PrerequisiteError: botocore is not installed, no region is known, or the named profile is not there.
    """
    here = _here
    with here.lock:
        if service not in here.clients:
            with failures(f"service {service}"):
                here.clients[service] = _make(here, service)
        return here.clients[service]


def _make(here: _Process, service: str) -> Any:
    library = _botocore()
    if here.session is None:
        here.session = library.session.Session()
        here.session.register_component("data_loader", _descriptions())
        here.session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_instant)
    options: dict[str, Any] = {"connect_timeout": 5, "read_timeout": 60, "max_pool_connections": 32}
    if "AWS_MAX_ATTEMPTS" not in os.environ:
        options["retries"] = {"mode": "standard", "total_max_attempts": 4 if service == "s3" else 6}
    if service == "s3":
        options["read_timeout"] = 30
        # Checksums over whole ranges are never sent by S3, and other stores do not know those of requests.
        checks = ("request_checksum_calculation", "response_checksum_validation")
        options |= dict.fromkeys(checks, "when_required")
        if _endpoint(here.session, service):
            options["s3"] = {"addressing_style": "path"}
    config = library.config.Config(**options)
    return here.session.create_client(service, region_name=os.environ.get("AWS_REGION"), config=config)


def _instant(written: Any) -> Any:
    """An instant of an answer; botocore's own way takes most of the time of a long listing."""
    if isinstance(written, str) and written.endswith("Z"):
        return datetime.fromisoformat(written)
    return _botocore().utils.parse_timestamp(written)


def _endpoint(session: Any, service: str) -> str | None:
    """The address that is set in place of that of AWS."""
    given = (session.full_config, session.get_scoped_config(), service)
    found = _botocore().configprovider.ConfiguredEndpointProvider(*given).provide()
    return None if found is None else str(found)


@cache
def _descriptions() -> Any:
    """The descriptions of the services, read once also for the processes that are forked from this one."""
    return _botocore().loaders.create_loader()


def _botocore() -> Any:
    with needed("aws"):
        import botocore.config
        import botocore.configprovider
        import botocore.loaders
        import botocore.session
        import botocore.utils
    return botocore


def ask(call: Callable[[], Answer], where: str, absent: Collection[str] = ()) -> Answer | None:
    """The answer to one request.

    Args:
        call: Makes the request.
        where: What it is about, for the error.
        absent: Error codes that mean that there is no such thing.

    Returns:
        None where the answer was one of `absent`.

    Raises:
        FootfallError: AWS refuses it, or does not answer; `failures` says which.
    """
    try:
        return call()
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        if trouble.code in absent:
            return None
        raise error_of(trouble, where) from error


def read(address: str) -> bytes:
    """The content of an object.

    Args:
        address: Such as s3://bucket/key.

    Raises:
        FootfallError: It is not there, may not be read, or S3 does not answer.
    """
    bucket, key = bucket_and_key(address)
    with failures(address):
        return bytes(client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def bucket_and_key(address: str) -> tuple[str, str]:
    """The bucket of an address such as s3://bucket/some/key, and its key or prefix."""
    bucket, _, key = address.partition("://")[2].partition("/")
    return bucket, key


@contextmanager
def failures(where: str) -> Iterator[None]:
    """Turn what botocore raises inside the block into one error that a person can act on.

    Args:
        where: What the requests are about, such as "bucket footfall-test".

    Raises:
        PrerequisiteError: There is no role or no region, or the role may not do it.
        SettingsError: The bucket is not there, or AWS does not accept what it was given.
        InfrastructureError: AWS does not answer, fails, or is asked too often.
    """
    try:
        yield
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise error_of(trouble, where) from error
