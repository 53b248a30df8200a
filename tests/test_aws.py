"""What AWS refuses, or does not answer, as errors with our exit codes."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from footfall import aws
from footfall.aws.refusals import Trouble, error_of, meaning_of
from footfall.errors import FootfallError, InfrastructureError, PrerequisiteError, SettingsError
from tests.stores.servers import Servers, servers


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A role, a region and an address at which nobody listens, in place of those of this machine."""
    for name, text in {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "anybody",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nowhere",
        "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, text)
    aws.start_anew()
    yield
    aws.start_anew()


@pytest.fixture(scope="module")
def served() -> Iterator[Servers]:
    """A server that knows no bucket."""
    with servers({}) as there:
        yield there


@pytest.mark.parametrize(
    ("code", "status", "says", "kind"),
    [
        ("AccessDenied", 403, "does not allow it: so", PrerequisiteError),
        ("AccessDeniedException", 400, "does not allow it: so", PrerequisiteError),
        ("ExpiredToken", 400, "does not allow it: so", PrerequisiteError),
        ("403", 403, "does not allow it: so", PrerequisiteError),
        ("NoSuchBucket", 404, "bucket does not exist", SettingsError),
        ("InvalidInputException", 400, "does not accept it: so", SettingsError),
        ("ThrottlingException", 400, "too much at once: so", InfrastructureError),
        ("SlowDown", 503, "too much at once: so", InfrastructureError),
        ("ConcurrentRunsExceededException", 400, "too much at once: so", InfrastructureError),
        ("InternalServiceException", 500, "AWS failed: so", InfrastructureError),
        ("", 502, "AWS failed: so", InfrastructureError),
    ],
)
def test_each_refusal_is_told_with_the_words_of_aws(
    code: str, status: int, says: str, kind: type[FootfallError]
) -> None:
    """Only what may pass by itself has the exit code that machines retry."""
    error = error_of(Trouble(meaning_of(code, status), "so", code, status), "bucket lake")
    assert type(error) is kind
    assert says in error.what
    assert f"bucket lake, {code or 'no error code'}, HTTP status {status}" in error.where


def test_a_missing_bucket_is_named(served: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real server says so."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", served.s3)
    with pytest.raises(SettingsError, match="The bucket does not exist") as caught:
        aws.ask(lambda: aws.client("s3").list_objects_v2(Bucket="nowhere"), "bucket nowhere")
    assert "bucket nowhere" in caught.value.where


def test_an_object_is_read_by_its_address(served: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not there is named by the address as well."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", served.s3)
    served.client().create_bucket(Bucket="lake")
    served.client().put_object(Bucket="lake", Key="a/settings.yaml", Body=b"days: all")
    assert aws.read("s3://lake/a/settings.yaml") == b"days: all"
    with pytest.raises(SettingsError) as caught:
        aws.read("s3://lake/a/gone.yaml")
    assert "s3://lake/a/gone.yaml, NoSuchKey" in caught.value.where


def test_what_may_be_absent_is_none(served: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answer is an error where the thing must be there."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", served.s3)
    call = lambda: aws.client("glue").get_database(Name="nowhere")  # noqa: E731
    assert aws.ask(call, "database nowhere", absent=("EntityNotFoundException",)) is None
    with pytest.raises(SettingsError):
        aws.ask(call, "database nowhere")


def test_a_denied_request_names_the_request() -> None:
    """The role is told apart from the request that it may not make."""
    client = aws.client("glue")
    with Stubber(client) as stub:
        stub.add_client_error("get_job", "AccessDeniedException", "not authorized", 400)
        with pytest.raises(PrerequisiteError, match=r"not authorized \(GetJob\)"):
            aws.ask(lambda: client.get_job(JobName="footfall"), "job footfall")


def test_an_address_where_nobody_listens_is_infrastructure() -> None:
    """The address is told."""
    with pytest.raises(InfrastructureError, match=r"does not answer.*http://127\.0\.0\.1:9"):
        aws.ask(lambda: aws.client("s3").list_objects_v2(Bucket="lake"), "bucket lake")


def test_without_a_region_it_is_said_which_variable_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is asked."""
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(PrerequisiteError, match="No region") as caught:
        aws.client("glue")
    assert "AWS_REGION" in caught.value.fix


def test_without_a_role_it_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent without credentials."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(PrerequisiteError, match="cannot identify the caller"):
        aws.ask(lambda: aws.client("glue").get_job(JobName="footfall"), "job footfall")


def test_a_name_that_cannot_be_is_the_caller_s_error() -> None:
    """What boto3 refuses by itself needs no request."""
    with pytest.raises(SettingsError, match="would not accept it"):
        aws.ask(lambda: aws.client("s3").list_objects_v2(Bucket="not a bucket"), "bucket")


def test_commands_that_need_no_aws_do_not_load_its_library() -> None:
    """It takes a tenth of a second or more, which each start of the command would pay."""
    code = (
        "import sys, footfall.cli, footfall.pipeline; print([n for n in sys.modules if n.startswith('boto')])"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]"
