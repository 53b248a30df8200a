"""Who may do what: exactly this, and nothing in the whole cluster."""

import shutil
from pathlib import Path

import pytest

from footfall.launch.kubernetes.api import NEEDED
from footfall.launch.kubernetes.application import SETTINGS
from tests.manifests.rendering import ENVIRONMENTS, ROOT, TEMPLATE, environment, render

Rule = tuple[str, str, str]
ALLOWED = {
    # The driver: its executors, and the configuration that they start with.
    "footfall-driver": {
        *((verb, "", "pods") for verb in ("get", "list", "watch", "create", "delete", "deletecollection")),
        *((verb, "", "configmaps") for verb in ("create", "deletecollection")),
    },
    # The launcher: runs, and what became of them.
    "footfall-launcher": {
        *(
            (verb, "sparkoperator.k8s.io", "sparkapplications")
            for verb in ("get", "list", "watch", "create", "delete")
        ),
        ("get", "", "pods"),
        ("get", "", "pods/log"),
        ("list", "", "events"),
        ("get", "", "configmaps"),
    },
    # The executor: nothing.
    "footfall-executor": set(),
}
# A workflow: what a launcher may, and to tell the controller what came of a step.
ALLOWED["footfall-workflow"] = ALLOWED["footfall-launcher"] | {
    (verb, "argoproj.io", "workflowtaskresults") for verb in ("create", "patch")
}


# What observes runs reads the bucket, and asks the API server for nothing. Production has it.
OBSERVER: dict[str, set[Rule]] = {"footfall-observer": set()}


def granted(name: str) -> dict[str, set[Rule]]:
    """What each service account of an environment may do: verb, API group, resource."""
    objects = environment(name)
    accounts: dict[str, set[Rule]] = {of: set() for kind, of in objects if kind == "ServiceAccount"}
    for (kind, _), binding in objects.items():
        if kind == "RoleBinding":
            role = objects[binding["roleRef"]["kind"], binding["roleRef"]["name"]]
            rules = {
                (verb, group, resource)
                for rule in role["rules"]
                for verb in rule["verbs"]
                for group in rule["apiGroups"]
                for resource in rule["resources"]
            }
            for subject in binding["subjects"]:
                accounts[subject["name"]] |= rules
    return accounts


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_each_account_may_do_exactly_this(name: str) -> None:
    """The table above, in every environment."""
    assert granted(name) == (ALLOWED | OBSERVER if name == "production" else ALLOWED)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_nobody_has_rights_beyond_the_namespace(name: str) -> None:
    """There is no role of the whole cluster, and each binding is for an account of its own namespace."""
    objects = environment(name)
    kinds = {kind for kind, _ in objects}
    assert not kinds & {"ClusterRole", "ClusterRoleBinding"}
    for (kind, _), binding in objects.items():
        if kind == "RoleBinding":
            assert {(of["kind"], of["namespace"]) for of in binding["subjects"]} == {
                ("ServiceAccount", f"footfall-{name}")
            }


def test_the_launcher_may_do_what_it_says_it_needs() -> None:
    """What `footfall submit` checks before it starts is what its role holds."""
    needed = {
        (verb, group, f"{resource}/{part}" if part else resource) for verb, group, resource, part in NEEDED
    }
    assert granted("test")["footfall-launcher"] == needed


def test_the_launcher_reads_the_settings_and_no_other_config_map() -> None:
    """Its rule names the one that the template mounts; others may hold what is not for launchers."""
    (rule,) = [
        rule
        for rule in environment("test")["Role", "footfall-launcher"]["rules"]
        if rule["resources"] == ["configmaps"]
    ]
    mounted = [each["name"] for each in environment("test")[TEMPLATE]["spec"]["driver"]["configMaps"]]
    assert rule["resourceNames"] == mounted == [SETTINGS]


def test_executors_hold_no_token_of_the_api_server() -> None:
    """A process that reads foreign files has nothing to call the cluster with."""
    assert environment("test")["ServiceAccount", "footfall-executor"]["automountServiceAccountToken"] is False


@pytest.mark.parametrize("half", ["driver", "executor"])
def test_driver_and_executors_use_their_own_accounts(half: str) -> None:
    """Not the default account, and not each other's."""
    spec = environment("test")[TEMPLATE]["spec"]
    assert spec[half]["serviceAccount"] == f"footfall-{half}"


@pytest.mark.parametrize(
    ("account", "key"), [("footfall-driver", "driver"), ("footfall-executor", "executor")]
)
def test_aws_is_reached_by_role(account: str, key: str) -> None:
    """Each account has its own role, and S3A knows no other way to credentials."""
    objects = environment("production")
    role = objects["ServiceAccount", account]["metadata"]["annotations"]["eks.amazonaws.com/role-arn"]
    assert role == f"arn:aws:iam::111122223333:role/footfall-production-{key}"
    conf = objects[TEMPLATE]["spec"]["sparkConf"]
    provider = conf["spark.hadoop.fs.s3a.aws.credentials.provider"]
    assert provider == "software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider"


def test_pod_identity_takes_the_place_of_irsa(tmp_path: Path) -> None:
    """One line of an overlay changes: no ARN is left, S3A asks the agent, and the agent can be reached."""
    shutil.copytree(ROOT / "k8s", tmp_path / "k8s")
    overlay = tmp_path / "k8s/overlays/production/kustomization.yaml"
    text = overlay.read_text(encoding="utf-8")
    overlay.write_text(text.replace("components/irsa", "components/pod-identity"), encoding="utf-8")
    objects = render(overlay.parent)
    assert "annotations" not in objects["ServiceAccount", "footfall-driver"]["metadata"]
    provider = objects[TEMPLATE]["spec"]["sparkConf"]["spark.hadoop.fs.s3a.aws.credentials.provider"]
    assert provider == "software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider"
    (rule,) = objects["NetworkPolicy", "pod-identity-agent"]["spec"]["egress"]
    agent = [{"ipBlock": {"cidr": cidr}} for cidr in ("169.254.170.23/32", "fd00:ec2::23/128")]
    assert rule["to"] == agent
