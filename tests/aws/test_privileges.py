"""What each role may do, read from the templates: no star, and of everything else only what is listed here."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.aws.lookalike import templates

S3_WRITE = {"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}
JOB = {
    "Find": {"s3:ListBucket", "s3:GetBucketLocation"},
    "ReadInputs": {"s3:GetObject"},
    "WriteResults": S3_WRITE,
}
TABLES = {"Tables": {"glue:GetDatabase", "glue:GetTable", "glue:CreateTable", "glue:UpdateTable"}}
PUSH = {
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
}
ENHANCED = {"inspector2:ListCoverage", "inspector2:ListFindings"}
MAY = {
    "delivery: PushPolicy": {"LogIn": {"ecr:GetAuthorizationToken"}, "PushAndSign": PUSH},
    "delivery: ExpireRole": {
        "LookAndDelete": {"ecr:BatchDeleteImage", "ecr:BatchGetImage", "ecr:DescribeImages"}
    },
    "job-roles: DriverRole": JOB | TABLES,
    "job-roles: ExecutorRole": {
        "Find": {"s3:ListBucket"},
        "ReadInputs": {"s3:GetObject"},
        "WriteResults": {"s3:PutObject"},
    },
    "job-roles: ObserverRole": {"Find": JOB["Find"], "ReadHistory": {"s3:GetObject"}},
    "glue: JobRole": JOB
    | TABLES
    | {
        "ReadCode": {"s3:GetObject"},
        "Temporary": {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
        "WriteLogs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "WriteMetrics": {"cloudwatch:PutMetricData"},
    },
    "glue: DeployPolicy": {
        "FindCode": {"s3:ListBucket"},
        "UploadCode": {"s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"},
        "Change": {"glue:GetJob", "glue:UpdateJob"},
        "LeaveItsRole": {"iam:PassRole"},
    },
    "glue: RunPolicy": {
        "Run": {
            "glue:GetJob",
            "glue:StartJobRun",
            "glue:GetJobRun",
            "glue:GetJobRuns",
            "glue:BatchStopJobRun",
        },
        "ReadLogs": {"logs:GetLogEvents"},
        "ReadManifests": {"s3:GetObject"},
    },
    "previews: DeliverRole": {
        "LogIn": {"ecr:GetAuthorizationToken"},
        "PushAndRemove": PUSH - {"ecr:DescribeImages"} | {"ecr:BatchDeleteImage", "ecr:ListImages"},
        "Find": {"s3:ListBucket"},
        "FetchAndRemove": {"s3:GetObject", "s3:DeleteObject"},
    },
    "previews: CountRole": {
        "Find": JOB["Find"],
        "ReadInputs": {"s3:GetObject"},
        "WriteComparisons": {"s3:PutObject"},
    },
    "codebuild: BuildPolicy": {
        "TakeAndHandOn": {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"},
        "Decrypt": {"kms:Decrypt", "kms:GenerateDataKey"},
        "WriteLogs": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "Clone": {"codeconnections:UseConnection"},
    },
    "codebuild: ImageRole": {
        "LogIn": {"ecr:GetAuthorizationToken"},
        "PushAndReadTheScan": PUSH | {"ecr:DescribeImageScanFindings"},
        "ReadEnhancedFindings": ENHANCED,
    },
    "codepipeline: PipelineRole": {
        "HandOn": {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"},
        "FindArtifacts": {"s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"},
        "Encrypt": {"kms:Decrypt", "kms:GenerateDataKey"},
        "Clone": {"codeconnections:UseConnection"},
        "Build": {"codebuild:BatchGetBuilds", "codebuild:StartBuild"},
        "AskForApproval": {"sns:Publish"},
    },
}
WITHOUT_RESOURCE = {"ecr:GetAuthorizationToken", "cloudwatch:PutMetricData", *ENHANCED}
"""Actions of AWS that know no resource."""


def listed(value: Any) -> list[Any]:
    """A list, also of one."""
    return value if isinstance(value, list) else [value]


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """The statements of all roles and policies of ours, and whose they are."""
    for name, template in templates().items():
        for resource, content in template["Resources"].items():
            properties = content.get("Properties", {})
            documents = [each["PolicyDocument"] for each in properties.get("Policies", [])]
            if content["Type"] == "AWS::IAM::ManagedPolicy":
                documents.append(properties["PolicyDocument"])
            for document in documents:
                yield from ((f"{name}: {resource}", statement) for statement in document["Statement"])


def test_each_role_may_what_is_listed_and_nothing_else() -> None:
    """A right that is added to a template has to be added here, with a thought."""
    found: dict[str, dict[str, set[str]]] = {}
    for owner, statement in statements():
        assert statement["Effect"] == "Allow"
        found.setdefault(owner, {})[statement["Sid"]] = set(listed(statement["Action"]))
    assert found == MAY


def test_no_right_is_for_everything() -> None:
    """No action has a star. A resource is a star only where AWS knows no other for the action."""
    for owner, statement in statements():
        actions, resources = listed(statement["Action"]), listed(statement["Resource"])
        assert not any("*" in action for action in actions), owner
        if "*" in resources:
            assert set(actions) <= WITHOUT_RESOURCE, f"{owner}: {statement['Sid']}"


def test_no_policy_of_amazon_s_own_is_attached() -> None:
    """AWSGlueServiceRole, for one, may read every bucket that is named so."""
    for template in templates().values():
        for resource in template["Resources"].values():
            attached = resource.get("Properties", {}).get("ManagedPolicyArns", [])
            assert all(set(each) & {"Ref", "Fn::ImportValue"} for each in attached)


@pytest.mark.parametrize("environment", ["test", "production"])
def test_what_deploys_to_one_environment_cannot_reach_the_other(environment: str) -> None:
    """Names that a role of an environment may touch carry that environment, or what its own stack made."""
    glue = templates()["glue"]["Resources"]
    role = glue["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    subject = role["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subject == {"Fn::Sub": "repo:${GitHubRepository}:environment:${Environment}"}
    for policy in ("DeployPolicy", "RunPolicy"):
        for statement in glue[policy]["Properties"]["PolicyDocument"]["Statement"]:
            text = str(statement["Resource"])
            assert "${Environment}" in text or "Code" in text or "GetAtt" in text
    production = templates()["codebuild"]["Resources"]["ProductionRole"]["Properties"]["ManagedPolicyArns"]
    test = templates()["codebuild"]["Resources"]["TestRole"]["Properties"]["ManagedPolicyArns"]
    mine = production if environment == "production" else test
    imported = {each["Fn::ImportValue"] for each in mine if "Fn::ImportValue" in each}
    assert f"footfall-{environment}-glue-deploy" in imported
    assert all(name.startswith(f"footfall-{environment}-") for name in imported)


def test_who_is_trusted_is_bound_to_one_subject_or_to_this_account() -> None:
    """A service is trusted for this account alone, a token of GitHub for its audience and one subject."""
    for name, template in templates().items():
        for resource, content in template["Resources"].items():
            if content["Type"] != "AWS::IAM::Role":
                continue
            document = content["Properties"]["AssumeRolePolicyDocument"]
            document = document["Fn::If"][1] if "Fn::If" in document else document
            if "Fn::Sub" in document:
                document = json.loads(document["Fn::Sub"])
                subject = {
                    "${PreviewOidcIssuer}:sub": "system:serviceaccount:footfall-preview-*:footfall-preview"
                }
                assert document["Statement"][0]["Condition"]["StringLike"] == subject, f"{name}: {resource}"
                continue
            (statement,) = document["Statement"]
            conditions = statement["Condition"]["StringEquals"]
            bound = {"aws:SourceAccount", "token.actions.githubusercontent.com:sub"} & set(conditions)
            assert bound, f"{name}: {resource}"
            assert "*" not in str(conditions)


@pytest.mark.parametrize(("stack", "role"), [("job-roles", "DriverRole"), ("glue", "JobRole")])
def test_the_job_may_commit_to_each_table_that_it_can_publish(stack: str, role: str) -> None:
    """Days, weeks and months; of the sample days alone, which has no setting of periods."""
    (policy,) = templates()[stack]["Resources"][role]["Properties"]["Policies"]
    (tables,) = (each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "Tables")
    named = {arn["Fn::Sub"].partition(":table/")[2] for arn in tables["Resource"]} - {""}
    days, weeks, months = (f"${{Database}}/footfall{name}" for name in ("", "_week", "_month"))
    assert named == {days, weeks, months, "${Database}_sample/footfall"}


def test_executors_may_write_the_files_of_each_table() -> None:
    """And no others but the quarantine."""
    (policy,) = templates()["job-roles"]["Resources"]["ExecutorRole"]["Properties"]["Policies"]
    (results,) = (each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "WriteResults")
    assert [arn["Fn::Join"][1][1] for arn in results["Resource"]] == [
        "/footfall/footfall/data/*",
        "/footfall/footfall_week/data/*",
        "/footfall/footfall_month/data/*",
        "/footfall/quarantine/*",
        "/footfall/sample/footfall/data/*",
        "/footfall/sample/quarantine/*",
    ]
