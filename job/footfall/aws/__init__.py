"""Makes the clients of AWS, sends requests, and turns failures into errors; the only room that imports botocore.

botocore itself finds credentials, region and address: from the environment, a person's profile,
single sign-on, a web identity, the endpoint of Pod Identity or ECS, the role of the machine; `AWS_REGION`,
`AWS_ENDPOINT_URL`. botocore renews credentials while the process lives. It is imported at the first request.
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
    """The session and clients of one process; after a fork, shared sockets would mix up answers."""

    lock: Lock = field(default_factory=Lock)
    session: Any = None
    clients: dict[str, Any] = field(default_factory=dict)


_here = _Process()


def start_anew() -> None:
    """Drop clients and credentials; the next request makes them anew."""
    global _here
    _here = _Process()


def renew(used: Any) -> None:
    """Drop all clients after this one was refused for expired credentials, unless that was done already."""
    if used in _here.clients.values():
        start_anew()


os.register_at_fork(after_in_child=start_anew)


def prepare() -> None:
    """Import botocore and the descriptions of services, so that processes forked later share them.

    Raises:
        PrerequisiteError: botocore is not installed.
    """
    _botocore()


def client(service: str) -> Any:
    """The process's client of a service, such as "s3", with the role and region of its environment.

    Raises:
        PrerequisiteError: botocore is not installed, no region is set, or the named profile does not exist.
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
        # S3 sends no checksums of ranges, and other stores do not accept checksums of requests.
        checks = ("request_checksum_calculation", "response_checksum_validation")
        options |= dict.fromkeys(checks, "when_required")
        if _endpoint(here.session, service):
            options["s3"] = {"addressing_style": "path"}
    config = library.config.Config(**options)
    return here.session.create_client(service, region_name=os.environ.get("AWS_REGION"), config=config)


def _instant(written: Any) -> Any:
    """An instant of an answer; botocore's own parser takes most of the time of a long listing."""
    if isinstance(written, str) and written.endswith("Z"):
        return datetime.fromisoformat(written)
    return _botocore().utils.parse_timestamp(written)


def _endpoint(session: Any, service: str) -> str | None:
    """The address that is configured instead of AWS; None if there is none."""
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
        where: The object of the request, for the error.
        absent: Error codes that mean that the object does not exist.

    Returns:
        The answer; None if it was one of `absent`.

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
        FootfallError: It does not exist, access is denied, or S3 does not answer.
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
        where: The object of the requests, such as "bucket footfall-test".

    Raises:
        PrerequisiteError: There is no role or no region, or the role lacks the right.
        SettingsError: The bucket does not exist, or AWS does not accept the request.
        InfrastructureError: AWS does not answer, fails, or is asked too often.
    """
    try:
        yield
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise error_of(trouble, where) from error
