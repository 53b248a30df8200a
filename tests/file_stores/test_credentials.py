"""Who asks S3: each way in which a machine, a pod or a person has credentials, and those that run out."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from footfall import aws, stores
from footfall.errors import PrerequisiteError, SettingsError
from tests.file_stores.doors import Door, Reply, Request, refusal


@pytest.fixture
def nobody(door: Door, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No credentials are in the environment."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    aws.start_anew()
    return monkeypatch


def keys(door: Door) -> list[str]:
    """The access keys that requests to the store were signed with, in the order of the requests."""
    return [request.key for request in door.asked if request.key]


def credentials(key: str, minutes: float) -> dict[str, str]:
    """Credentials that hold so many minutes, as the endpoints of containers give them."""
    ends = datetime.now(UTC) + timedelta(minutes=minutes)
    named = {"AccessKeyId": key, "SecretAccessKey": "anything", "Token": f"token of {key}"}
    return {**named, "Expiration": f"{ends:%Y-%m-%dT%H:%M:%SZ}"}


def test_a_profile_of_a_person_is_taken(
    bucket: str, door: Door, nobody: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By its name, with its region, from the files of the AWS CLI."""
    (tmp_path / "credentials").write_text(
        "[shop]\naws_access_key_id = shopkeeper\naws_secret_access_key = anything\n"
    )
    (tmp_path / "config").write_text("[profile shop]\nregion = eu-west-3\n")
    nobody.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    nobody.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    nobody.setenv("AWS_PROFILE", "shop")
    nobody.delenv("AWS_REGION")
    stores.of(bucket).write(f"{bucket}/a", b"1")
    assert keys(door) == ["shopkeeper"]
    assert "/eu-west-3/s3/" in door.asked[-1].headers["authorization"]


def test_a_profile_that_is_not_there_is_named(door: Door, nobody: pytest.MonkeyPatch) -> None:
    """As a setting of the surroundings."""
    nobody.setenv("AWS_PROFILE", "shop")
    with pytest.raises(PrerequisiteError, match="shop"):
        stores.of("s3://lake").look("s3://lake/a")


def test_a_web_identity_is_exchanged_for_credentials(
    bucket: str, door: Door, nobody: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As EKS gives it to pods: the token in the file goes to STS, whose credentials sign what follows."""
    (tmp_path / "token").write_text("the token of the pod")
    nobody.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    nobody.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/footfall")
    stores.of(bucket).write(f"{bucket}/a", b"1")
    stores.of(bucket).write(f"{bucket}/b", b"2")
    (asked,) = [request for request in door.asked if b"AssumeRoleWithWebIdentity" in request.body]
    assert parse_qs(asked.body.decode())["WebIdentityToken"] == ["the token of the pod"]
    first, second = keys(door)
    assert first.startswith("ASIA")
    assert first == second


def test_the_endpoint_of_pod_identity_is_asked_with_the_token_of_its_file(
    bucket: str, door: Door, nobody: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As the agent of EKS Pod Identity and ECS answer: the token in a header, credentials as JSON."""

    def agent(request: Request) -> Reply | None:
        if request.path != "/v1/credentials":
            return None
        return Reply(200, json.dumps(credentials("pod", 60)).encode())

    door.rule = agent
    (tmp_path / "token").write_text("the token of the pod")
    nobody.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{door.address}/v1/credentials")
    nobody.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(tmp_path / "token"))
    stores.of(bucket).write(f"{bucket}/a", b"1")
    assert keys(door) == ["pod"]
    assert door.asked[0].headers["authorization"] == "the token of the pod"
    assert door.asked[-1].headers["x-amz-security-token"] == "token of pod"


def test_credentials_are_renewed_before_they_end(bucket: str, door: Door, nobody: pytest.MonkeyPatch) -> None:
    """Those that hold a minute more are asked for again by the same client, while it works."""
    given = iter(["first", "second", "third"])

    def agent(request: Request) -> Reply | None:
        if request.path != "/v1/credentials":
            return None
        key = next(given)
        return Reply(200, json.dumps(credentials(key, 1 if key == "first" else 60)).encode())

    door.rule = agent
    nobody.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{door.address}/v1/credentials")
    for name in ("a", "b", "c"):
        stores.of(bucket).write(f"{bucket}/{name}", b"1")
    assert keys(door)[-2:] == ["second", "second"]
    assert next(given) == "third"


@pytest.mark.parametrize("is_head", [True, False])
def test_credentials_that_are_refused_as_expired_are_looked_for_again(
    bucket: str, door: Door, nobody: pytest.MonkeyPatch, tmp_path: Path, is_head: bool
) -> None:
    """In the middle of a run, when somebody has written new ones; an answer to HEAD does not even say why."""

    def forgetful(request: Request) -> Reply | None:
        is_old = request.key == "old" and len(door.asked) > 2
        return refusal(400, "ExpiredToken") if is_old else None

    file = tmp_path / "credentials"
    file.write_text("[default]\naws_access_key_id = old\naws_secret_access_key = anything\n")
    nobody.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    door.rule = forgetful
    store = stores.of(bucket)
    store.write(f"{bucket}/a", b"1")
    file.write_text("[default]\naws_access_key_id = new\naws_secret_access_key = anything\n")
    assert store.read(f"{bucket}/a") == b"1"
    there = store.look(f"{bucket}/a") if is_head else next(store.walk(bucket))
    assert there is not None
    assert there.bytes == 1
    assert keys(door)[:3] == ["old", "old", "old"]
    assert keys(door)[-1] == "new"


def test_credentials_that_stay_expired_are_one_error(bucket: str, door: Door) -> None:
    """What was looked for again was the same."""
    door.rule = lambda request: refusal(400, "ExpiredToken")
    with pytest.raises(SettingsError, match="the credentials have expired") as caught:
        stores.of(bucket).write(f"{bucket}/a", b"1")
    assert "Log in again" in caught.value.fix


def test_without_any_credentials_it_is_said_so(bucket: str, door: Door, nobody: pytest.MonkeyPatch) -> None:
    """Nothing is sent."""
    with pytest.raises(SettingsError, match="the job has no role, or no region"):
        stores.of(bucket).write(f"{bucket}/a", b"1")
    assert door.asked == []
