"""Turns exceptions of botocore into their meaning, and that into an error that a person can act on."""

import sys
from dataclasses import dataclass
from typing import Literal

from footfall.errors import FootfallError, InfrastructureError, PrerequisiteError, SettingsError

Meaning = Literal[
    "expired",
    "denied",
    "no bucket",
    "absent",
    "conflict",
    "busy",
    "refused",
    "failed",
    "no region",
    "nobody",
    "away",
]

_NOBODY = (
    "NoCredentialsError",
    "PartialCredentialsError",
    "CredentialRetrievalError",
    "NoAuthTokenError",
    "TokenRetrievalError",
    "SSOError",
    "ProfileNotFound",
    "ConfigParseError",
)
_CODES: dict[str, Meaning] = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired"), "expired"),
    **dict.fromkeys(
        (
            "AccessDenied",
            "AccessDeniedException",
            "AuthorizationHeaderMalformed",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidIdentityToken",
            "InvalidToken",
            "SignatureDoesNotMatch",
            "UnauthorizedOperation",
            "UnrecognizedClientException",
        ),
        "denied",
    ),
    **dict.fromkeys(
        (
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
        ),
        "busy",
    ),
    "NoSuchBucket": "no bucket",
    "NoSuchKey": "absent",
    "InvalidRange": "conflict",
    "PreconditionFailed": "conflict",
    "ConditionalRequestConflict": "conflict",
}
_STATUSES: dict[int, Meaning] = {
    401: "denied",
    403: "denied",
    404: "absent",
    412: "conflict",
    416: "conflict",
    429: "busy",
}


@dataclass(frozen=True)
class Trouble:
    """Why a request was refused, or not answered.

    Args:
        meaning: What it means.
        message: The words of AWS or of botocore.
        code: The error code of AWS; empty if it did not answer.
        status: The HTTP status; 0 if it did not answer.
    """

    meaning: Meaning
    message: str
    code: str = ""
    status: int = 0


def trouble_of(error: Exception) -> Trouble | None:
    """The meaning of an exception of botocore; None for any other exception."""
    if "botocore" not in sys.modules:
        return None
    from botocore import exceptions as boto
    from urllib3.exceptions import HTTPError

    if isinstance(error, boto.ClientError):
        answer = error.response
        status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        code, message = answer["Error"].get("Code", ""), answer["Error"].get("Message", "")
        meaning = meaning_of(code, status)
        return Trouble(meaning, f"{message} ({error.operation_name})", code, status)
    if not isinstance(error, boto.BotoCoreError | HTTPError):
        return None
    if isinstance(error, boto.NoRegionError):
        return Trouble("no region", str(error))
    if isinstance(error, tuple(getattr(boto, name) for name in _NOBODY)):
        return Trouble("nobody", str(error))
    return Trouble("refused" if isinstance(error, boto.ParamValidationError) else "away", str(error))


def meaning_of(code: str, status: int) -> Meaning:
    """What the error code of AWS and the HTTP status mean."""
    if code in _CODES:
        return _CODES[code]
    if status in _STATUSES:
        return _STATUSES[status]
    return "refused" if 400 <= status < 500 else "failed"


def error_of(trouble: Trouble, where: str) -> FootfallError:
    """The error for a request that was refused or not answered.

    Args:
        trouble: Why the request failed.
        where: The object of the request.
    """
    message = trouble.message
    if trouble.status:
        where = f"{where}, {trouble.code or 'no error code'}, HTTP status {trouble.status}"
    match trouble.meaning:
        case "denied" | "expired":
            fix = "See the caller with `aws sts get-caller-identity`, and give that role the right; aws/ has the roles."
            return PrerequisiteError(f"AWS does not allow it: {message}", where=where, fix=fix)
        case "no bucket":
            fix = "Correct its name, or create it: aws/ has the template."
            return SettingsError("The bucket does not exist", where=where, fix=fix)
        case "busy":
            fix = "Wait a little and try again; raise the quota if it fails again."
            return InfrastructureError(f"AWS is asked for too much at once: {message}", where=where, fix=fix)
        case "refused" | "absent" | "conflict":
            fix = "Correct what AWS names, and try again."
            verb = "does" if trouble.status else "would"
            return SettingsError(f"AWS {verb} not accept it: {message}", where=where, fix=fix)
        case "no region":
            fix = "Set AWS_REGION, such as eu-central-1."
            return PrerequisiteError("No region of AWS is named", where=where, fix=fix)
        case "nobody":
            fix = (
                "Run it where there is a role, or log in: `aws sts get-caller-identity` must work from here."
            )
            return PrerequisiteError(f"AWS cannot identify the caller: {message}", where=where, fix=fix)
        case "failed":
            fix = "Try again; if it fails again, see the AWS Health Dashboard."
            return InfrastructureError(f"AWS failed: {message}", where=where, fix=fix)
        case "away":
            fix = "See that the network reaches it, and that AWS_ENDPOINT_URL and AWS_REGION are right."
            return InfrastructureError(f"AWS does not answer: {message}", where=where, fix=fix)
