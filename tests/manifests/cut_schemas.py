"""Writes the schemas that manifests are held against, cut from the sources of those who read them.

    python -m tests.manifests.cut_schemas KUBERNETES SPARK_OPERATOR ARGO_CD ARGO_WORKFLOWS \
        PROMETHEUS_OPERATOR KUEUE KARPENTER

Each argument is the folder of that project's source, at the version that the name of the file under schemas/ tells.
What is cut: words for people, kinds that the manifests have not, generators of an ApplicationSet other than `list`, and
all of a workflow that is neither a container nor a step.
What is added: a field that no schema names is refused, as `kubectl --validate=strict` refuses it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

SCHEMAS = Path(__file__).parent / "schemas"
KUBERNETES, SPARK_OPERATOR, ARGO_CD = "kubernetes-1.36.3", "spark-operator-2.5.2", "argo-cd-3.6.1"
ARGO_WORKFLOWS = "argo-workflows-3.7.18"
PROMETHEUS_OPERATOR, KUEUE, KARPENTER = "prometheus-operator-0.85.0", "kueue-0.17.0", "karpenter-1.15.0"
KINDS = {
    "v1": ("ConfigMap", "LimitRange", "Namespace", "ResourceQuota", "Service", "ServiceAccount"),
    "apps/v1": ("DaemonSet", "Deployment"),
    "batch/v1": ("Job",),
    "networking.k8s.io/v1": ("NetworkPolicy",),
    "policy/v1": ("PodDisruptionBudget",),
    "rbac.authorization.k8s.io/v1": ("Role", "RoleBinding"),
}
IN_WORDS = ("description", "example", "externalDocs")
REF = "#/definitions/"
# Kubernetes writes these as strings and reads numbers as well.
LOOSE = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["string", "integer"]},
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": ["string", "number"]},
}

WORKFLOWS = "io.argoproj.workflow.v1alpha1."
NOT_IN_WORKFLOWS = (
    *("archiveLocation", "artifactGC", "artifactRepositoryRef", "artifacts", "containerSet", "dag", "data"),
    *(
        "http",
        "inline",
        "memoize",
        "plugin",
        "podDisruptionBudget",
        "resource",
        "script",
        "volumeClaimTemplates",
    ),
)

Schema = dict[str, Any]


def strict(schema: Any, named: bool = False) -> Any:
    """Leave out words, and refuse fields without a name.

    Args:
        schema: A schema or a part of one.
        named: Whether the keys are names of fields, which may be called `description`.
    """
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: strict(part, named=not named and key in ("properties", "definitions"))
        for key, part in schema.items()
        if named or (key not in IN_WORDS and not key.startswith("x-"))
    }
    if not named and "properties" in kept and not schema.get("x-kubernetes-preserve-unknown-fields"):
        kept.setdefault("additionalProperties", False)
    return kept


def refs(schema: Any) -> Iterator[str]:
    """The names of the definitions that a schema refers to."""
    if isinstance(schema, list):
        for part in schema:
            yield from refs(part)
    elif isinstance(schema, dict):
        for key, part in schema.items():
            if key == "$ref":
                yield part.removeprefix(REF)
            else:
                yield from refs(part)


def of_kubernetes(source: Path) -> dict[str, Schema]:
    """The kinds of KINDS, and all that they are made of."""
    all_of_it = json.loads((source / "api/openapi-spec/swagger.json").read_text(encoding="utf-8"))[
        "definitions"
    ]
    wanted = {}
    for name, schema in all_of_it.items():
        for known in schema.get("x-kubernetes-group-version-kind", ()):
            api = "/".join(filter(None, (known["group"], known["version"])))
            if known["kind"] in KINDS.get(api, ()):
                wanted[f"{api}/{known['kind']}"] = {"$ref": REF + name}
    definitions: Schema = {}
    missing = set(refs(wanted))
    while missing:
        definitions |= {name: LOOSE.get(name) or strict(all_of_it[name]) for name in missing}
        missing = set(refs(definitions)) - set(definitions)
    return {**wanted, "definitions": definitions}


def of_workflows(source: Path) -> dict[str, Schema]:
    """WorkflowTemplate and CronWorkflow; the parts of pods in them are those of Kubernetes."""
    all_of_it = json.loads((source / "api/jsonschema/schema.json").read_text(encoding="utf-8"))["definitions"]
    kinds = ("WorkflowTemplate", "CronWorkflow")
    definitions: Schema = {}
    missing = {f"{WORKFLOWS}{kind}" for kind in kinds}
    while missing:
        for name in missing:
            parts = all_of_it[name].get("properties", {})
            kept = {key: part for key, part in parts.items() if key not in NOT_IN_WORKFLOWS}
            definitions[name] = strict({**all_of_it[name], "properties": kept} if kept else all_of_it[name])
        missing = {name for name in refs(definitions) if name.startswith(WORKFLOWS)} - set(definitions)
    for kind in kinds:
        definitions[f"{WORKFLOWS}{kind}"]["properties"].pop("status", None)
    return {
        **{f"argoproj.io/v1alpha1/{kind}": {"$ref": f"{REF}{WORKFLOWS}{kind}"} for kind in kinds},
        "definitions": definitions,
    }


def of_definition(file: Path) -> dict[str, Schema]:
    """The one kind of a CustomResourceDefinition, in its stored version."""
    spec = yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]
    version = next(version for version in spec["versions"] if version["storage"])
    schema = strict(version["schema"]["openAPIV3Schema"])
    schema["properties"].pop("status", None)
    if spec["names"]["kind"] == "ApplicationSet":
        generator = schema["properties"]["spec"]["properties"]["generators"]["items"]
        generator["properties"] = {"list": generator["properties"]["list"]}
    return {f"{spec['group']}/{version['name']}/{spec['names']['kind']}": schema}


def write(name: str, schemas: dict[str, Schema]) -> None:
    """One line for each kind and each definition, so that a change shows where it is."""
    lines = [f"{json.dumps(key)}: {line(schema, key)}" for key, schema in sorted(schemas.items())]
    (SCHEMAS / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def line(schema: Schema, key: str) -> str:
    """A schema on one line; definitions on a line each."""
    if key != "definitions":
        return json.dumps(schema, sort_keys=True, separators=(",", ":"))
    lines = [f"{json.dumps(name)}: {line(part, name)}" for name, part in sorted(schema.items())]
    return "{\n" + ",\n".join(lines) + "\n}"


def of_definitions(folder: Path, *files: str) -> dict[str, Schema]:
    """The kinds of several CustomResourceDefinitions."""
    crds = [of_definition(folder / f"{file}.yaml") for file in files]
    return {key: schema for crd in crds for key, schema in crd.items()}


def main(*sources: Path) -> None:
    """Write all files."""
    kubernetes, spark_operator, argo_cd, argo_workflows, prometheus_operator, kueue, karpenter = sources
    write(KUBERNETES, of_kubernetes(kubernetes))
    bases = spark_operator / "config/crd/bases"
    write(SPARK_OPERATOR, of_definitions(bases, "sparkoperator.k8s.io_sparkapplications"))
    crds = argo_cd / "manifests/crds"
    write(ARGO_CD, of_definitions(crds, "application-crd", "applicationset-crd", "appproject-crd"))
    write(ARGO_WORKFLOWS, of_workflows(argo_workflows))
    crds, group = prometheus_operator / "example/prometheus-operator-crd", "monitoring.coreos.com"
    write(PROMETHEUS_OPERATOR, of_definitions(crds, f"{group}_podmonitors", f"{group}_prometheusrules"))
    crds, kinds = kueue / "config/components/crd/bases", ("localqueues", "clusterqueues", "resourceflavors")
    write(KUEUE, of_definitions(crds, *(f"kueue.x-k8s.io_{kind}" for kind in kinds)))
    write(KARPENTER, of_definitions(karpenter / "pkg/apis/crds", "karpenter.sh_nodepools"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:8]))
