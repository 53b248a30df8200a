"""The stacks deployed in a look-alike of AWS by the commands of docs/deploy.md, and what is there afterwards.

It knows no OIDC provider, no Pod Identity, no connection to GitHub and no pipeline. The first three are left out by
parameters that people use as well, the pipeline by cutting it out; cfn-lint has read all four.
"""

import json
import shutil
from collections.abc import Iterator

import pytest

from tests.aws.lookalike import Account, account, templates, without

pytestmark = pytest.mark.skipif(
    not shutil.which("aws"), reason="the command aws is missing: make test-delivery"
)

UNKNOWN = {
    "AWS::CodeConnections::Connection",
    "AWS::CodePipeline::Pipeline",
    "AWS::EKS::PodIdentityAssociation",
    "AWS::IAM::OIDCProvider",
}
"""What the look-alike does not know."""

ORDER = [
    ("delivery",),
    *(
        (template, environment)
        for template in ("storage", "glue", "job-roles")
        for environment in ("test", "production")
    ),
    ("previews", "test"),
    ("codebuild",),
    ("codepipeline",),
]
CONNECTION = "arn:aws:codeconnections:eu-west-1:000000000000:connection/1"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account that was empty, and has everything now."""
    with account(tmp_path_factory.mktemp("aws")) as made:
        made.set("account", GitHubProvider="existing")
        made.set("codepipeline", ExistingConnection=CONNECTION)
        for environment in ("test", "production"):
            made.set(environment, Cluster="", OidcIssuer="oidc.eks.eu-west-1.amazonaws.com/id/ABC")
        made.set("test", PreviewOidcIssuer="oidc.eks.eu-west-1.amazonaws.com/id/ABC")
        without(made, "codepipeline", "AWS::CodePipeline::Pipeline")
        remove_outputs(made)
        for words in ORDER:
            made.deploy(*words)
        yield made


def remove_outputs(account: Account) -> None:
    """The outputs of the pipeline, which is not there."""
    file = account.folder / "stacks/codepipeline.yaml"
    file.write_text(file.read_text(encoding="utf-8").partition("\nOutputs:")[0], encoding="utf-8")


def stack(words: tuple[str, ...]) -> str:
    """The name of the stack that `aws/deploy WORDS` makes."""
    return "-".join(["footfall", *reversed(words)])


def test_every_resource_but_the_named_ones_was_made(deployed: Account) -> None:
    """What is in the templates and not in the account is exactly what the look-alike does not know."""
    made = {kind for words in ORDER for kind in deployed.types(stack(words))}
    asked = {
        resource["Type"]
        for template in templates().values()
        for resource in template["Resources"].values()
        if resource.get("Condition") not in ("SomebodyListens",)
    }
    assert asked - made == UNKNOWN
    assert made <= asked | {"AWS::SNS::Subscription"}


def test_a_second_deployment_changes_nothing(deployed: Account) -> None:
    """The command ends well and says so."""
    assert "No changes to deploy" in deployed.deploy("storage", "test")


def test_the_bucket_of_the_data_is_closed_versioned_and_takes_only_encrypted_connections(
    deployed: Account,
) -> None:
    """No public access of any kind; a policy denies plain HTTP."""
    s3, bucket = deployed.client("s3"), "example-footfall-production"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    closed = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    (denied,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_only_leftovers_grow_old() -> None:
    """Uploads that never ended, deleted versions, event logs, the quarantine: no file of the table, and no folder.

    The look-alike keeps no lifecycles, so the template is read.
    """
    rules = templates()["storage"]["Resources"]["Data"]["Properties"]["LifecycleConfiguration"]["Rules"]
    by_name = {rule["Id"]: rule for rule in rules}
    assert by_name["uploads-that-never-ended"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert by_name["what-was-deleted-or-replaced"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    expiring = [rule["Prefix"] for rule in rules if "ExpirationInDays" in rule]
    assert sorted(expiring) == ["footfall/quarantine/", "spark-events/eventlog_v2_", "spark-events/spark-"]
    for key in ("footfall/footfall/data/1.parquet", "footfall/runs/1/manifest.json", "spark-events/"):
        assert not any(key.startswith(prefix) for prefix in expiring)


def test_a_tag_of_the_registry_never_moves(deployed: Account) -> None:
    """Tags are immutable, and each push is scanned."""
    (repository,) = deployed.client("ecr").describe_repositories(repositoryNames=["footfall"])["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}


def test_the_role_that_pushes_trusts_one_workflow_on_one_branch(deployed: Account) -> None:
    """The subject has the numbers of owner and repository, the workflow their names."""
    role = deployed.client("iam").get_role(RoleName="footfall-push")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    github = "token.actions.githubusercontent.com"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{github}:aud": "sts.amazonaws.com",
            f"{github}:sub": "repo:example@1/footfall@2:ref:refs/heads/main",
            f"{github}:job_workflow_ref": "example/footfall/.github/workflows/image.yml@refs/heads/main",
        }
    }


def test_the_role_of_the_driver_trusts_one_account_of_one_namespace(deployed: Account) -> None:
    """By IRSA: issuer, audience and subject are those of the cluster's tokens."""
    role = deployed.client("iam").get_role(RoleName="footfall-production-driver")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    issuer = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com",
            f"{issuer}:sub": "system:serviceaccount:footfall-production:footfall-driver",
        }
    }


def test_logs_are_kept_as_long_as_the_parameters_say(deployed: Account) -> None:
    """A month in test, a year in production and for builds."""
    groups = deployed.client("logs").describe_log_groups(logGroupNamePrefix="/footfall/")["logGroups"]
    kept = {group["logGroupName"]: group["retentionInDays"] for group in groups}
    assert kept == {
        **{f"/footfall/test/glue/{stream}": 30 for stream in ("output", "error")},
        **{f"/footfall/production/glue/{stream}": 365 for stream in ("output", "error")},
        **{
            f"/footfall/codebuild/{build}": 365
            for build in ("tests", "image", "deploy-test", "deploy-production")
        },
    }


def test_the_job_on_glue_is_there_and_runs_nothing_yet(deployed: Account) -> None:
    """Its script is named by the first deployment; until then a run fails at once instead of doing something else."""
    job = deployed.client("glue").get_job(JobName="footfall-test")["Job"]
    assert (job["GlueVersion"], job["WorkerType"], int(job["NumberOfWorkers"])) == ("5.1", "G.1X", 3)
    assert (job["MaxRetries"], job["Command"]["Name"]) == (0, "glueetl")
    assert job["Command"]["ScriptLocation"].endswith("/glue/not-deployed-yet.py")
    bucket = deployed.outputs("footfall-test-glue")["CodeBucket"]
    assert job["Command"]["ScriptLocation"].startswith(f"s3://{bucket}/")


def test_a_failed_run_reaches_the_topic(deployed: Account) -> None:
    """The event of a failed run goes to the topic of its environment."""
    events = deployed.client("events")
    (target,) = events.list_targets_by_rule(Rule="footfall-production-glue-failed")["Targets"]
    assert target["Arn"] == deployed.outputs("footfall-production-storage")["AlarmsTopic"]
    rule = events.describe_rule(Name="footfall-production-glue-failed")
    assert json.loads(rule["EventPattern"])["detail"] == {
        "jobName": ["footfall-production"],
        "state": ["FAILED", "TIMEOUT", "ERROR", "EXPIRED"],
    }
