"""AWS as a launcher meets it: the one place that makes clients of it and tells its refusals as our errors.

Who asks, in which region and at which address is boto3's own business: the role of the pod, build or machine, the
profile of a person, `AWS_REGION`, `AWS_ENDPOINT_URL`.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import boto3
from botocore import exceptions as boto
from botocore.config import Config

from footfall.errors import FootfallError, InfrastructureError, PrerequisiteError, SettingsError

Answer = TypeVar("Answer")

_PATIENCE = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 6})
_NOBODY = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.NoAuthTokenError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.ProfileNotFound,
    boto.ConfigParseError,
)
_DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationHeaderMalformed",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidIdentityToken",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
)
_BUSY = (
    "ConcurrentRunsExceededException",
    "LimitExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "ResourceNumberLimitExceededException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
)


@cache
def client(service: str) -> Any:
    """The client of a service, such as "s3", for the role and region of the surroundings.

    Raises:
        PrerequisiteError: No region is known, or the named profile is not there.
    """
    with failures_told(f"service {service}"):
        return boto3.client(service, config=_PATIENCE)


def ask(call: Callable[[], Answer], where: str, absent: Collection[str] = ()) -> Answer | None:
    """The answer to one request.

    Args:
        call: Makes the request.
        where: What it is about, for the error.
        absent: Error codes that mean that there is no such thing.

    Returns:
        None where the answer was one of `absent`.

    Raises:
        FootfallError: AWS refuses it, or does not answer; `failures_told` says which.
    """
    with failures_told(where):
        try:
            return call()
        except boto.ClientError as error:
            if error.response["Error"].get("Code") in absent:
                return None
            raise


def read(address: str) -> bytes:
    """The content of an object.

    Args:
        address: Such as s3://bucket/key.

    Raises:
        FootfallError: It is not there, may not be read, or S3 does not answer.
    """
    bucket, key = bucket_and_key(address)
    with failures_told(address):
        return bytes(client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def bucket_and_key(address: str) -> tuple[str, str]:
    """The bucket of an address such as s3://bucket/some/key, and its key or prefix."""
    bucket, _, key = address.partition("://")[2].partition("/")
    return bucket, key


@contextmanager
def failures_told(where: str) -> Iterator[None]:
    """Turn what boto3 raises inside the block into one error that a person can act on.

    Args:
        where: What the requests are about, such as "bucket footfall-test".

    Raises:
        PrerequisiteError: There is no role or no region, or the role may not do it.
        SettingsError: The bucket is not there, or AWS does not accept what it was given.
        InfrastructureError: AWS does not answer, fails, or is asked too often.
    """
    try:
        yield
    except boto.ClientError as error:
        answer = error.response
        status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        code, message = answer["Error"].get("Code", ""), answer["Error"].get("Message", "")
        raise refusal(code, status, f"{message} ({error.operation_name})", where) from error
    except boto.BotoCoreError as error:
        raise _not_asked(error, where) from error


def refusal(code: str, status: int, message: str, where: str) -> FootfallError:
    """Say what a refused request means.

    Args:
        code: The error code of AWS.
        status: The HTTP status.
        message: What AWS says, and of which request.
        where: What the request was about.
    """
    told = f"{where}, {code or 'no error code'}, HTTP status {status}"
    if code in _DENIED or status in (401, 403):
        fix = "See who asks with `aws sts get-caller-identity`, and give that role the right; aws/ has the roles."
        return PrerequisiteError(f"AWS does not allow it: {message}", where=told, fix=fix)
    if code == "NoSuchBucket":
        fix = "Correct its name, or create it: aws/ has the template."
        return SettingsError("The bucket does not exist", where=told, fix=fix)
    if code in _BUSY or status == 429:
        fix = "Wait a little and try again; raise the quota if it stays so."
        return InfrastructureError(f"AWS is asked for too much at once: {message}", where=told, fix=fix)
    if 400 <= status < 500:
        fix = "Correct what AWS names, and try again."
        return SettingsError(f"AWS does not accept it: {message}", where=told, fix=fix)
    fix = "Try again; if it stays so, look at the health dashboard of AWS."
    return InfrastructureError(f"AWS failed: {message}", where=told, fix=fix)


def _not_asked(error: boto.BotoCoreError, where: str) -> FootfallError:
    """What it means that a request was not made, or not answered."""
    if isinstance(error, boto.NoRegionError):
        fix = "Set AWS_REGION, such as eu-central-1."
        return PrerequisiteError("No region of AWS is named", where=where, fix=fix)
    if isinstance(error, _NOBODY):
        fix = "Run it where there is a role, or log in: `aws sts get-caller-identity` must work from here."
        return PrerequisiteError(f"AWS cannot know who asks: {error}", where=where, fix=fix)
    if isinstance(error, boto.ParamValidationError):
        return SettingsError(f"AWS would not accept it: {error}", where=where, fix="Correct what it names.")
    fix = "See that the network reaches it, and that AWS_ENDPOINT_URL and AWS_REGION are right."
    return InfrastructureError(f"AWS does not answer: {error}", where=where, fix=fix)
