"""The buildspecs: in the form of CodeBuild, each used by one build, with every variable given."""

import re
from typing import Any

import jsonschema
import pytest
import yaml

from tests.aws.lookalike import AWS, templates

COMMANDS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
PHASE = {
    "type": "object",
    "properties": {"commands": COMMANDS, "finally": COMMANDS, "on-failure": {"enum": ["ABORT", "CONTINUE"]}},
    "required": ["commands"],
    "additionalProperties": False,
}
FORM = {
    "type": "object",
    "properties": {
        "version": {"const": 0.2},
        "env": {
            "type": "object",
            "properties": {
                "shell": {"enum": ["bash", "/bin/sh"]},
                "git-credential-helper": {"enum": ["yes", "no"]},
                "variables": {"type": "object", "additionalProperties": {"type": "string"}},
                "exported-variables": {"type": "array", "items": {"type": "string"}},
            },
            "additionalProperties": False,
        },
        "phases": {
            "type": "object",
            "properties": {"install": PHASE, "pre_build": PHASE, "build": PHASE, "post_build": PHASE},
            "additionalProperties": False,
            "required": ["build"],
        },
    },
    "required": ["version", "phases"],
    "additionalProperties": False,
}
"""What CodeBuild takes (version 0.2), less what is not used here; secrets of any kind are not part of it."""

FILES = {file.stem: file for file in sorted((AWS / "buildspecs").glob("*.yml"))}
OF_CODEBUILD = {"PWD", "PATH", "AWS_REGION"}


def spec(name: str) -> dict[str, Any]:
    """A buildspec."""
    return yaml.safe_load(FILES[name].read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def builds() -> dict[str, dict[str, Any]]:
    """The properties of the builds by the name of their buildspec."""
    resources = templates()["codebuild"]["Resources"].values()
    found = [each["Properties"] for each in resources if each["Type"] == "AWS::CodeBuild::Project"]
    return {
        each["Source"]["BuildSpec"].removeprefix("aws/buildspecs/").removesuffix(".yml"): each
        for each in found
    }


def given_by_the_pipeline(project: str) -> set[str]:
    """The variables that the pipeline's actions give a build."""
    stages = templates()["codepipeline"]["Resources"]["Pipeline"]["Properties"]["Stages"]
    configurations = [action["Configuration"] for stage in stages for action in stage["Actions"]]
    given = [
        each.get("EnvironmentVariables", "[]")
        for each in configurations
        if each.get("ProjectName") == project
    ]
    assert len(given) == 1, f"the pipeline runs {project} {len(given)} times"
    return {each["name"] for each in yaml.safe_load(given[0])}


@pytest.mark.parametrize("name", FILES)
def test_a_buildspec_has_the_form_that_codebuild_takes(name: str) -> None:
    """Phases, commands and settings by their names; a version that is no text."""
    jsonschema.Draft202012Validator(FORM).validate(spec(name))


@pytest.mark.parametrize(
    "wrong", [{"version": "0.2"}, {"phases": {}}, {"phases": {"build": {"command": ["x"]}}}, {"secrets": {}}]
)
def test_another_form_is_found(wrong: dict[str, Any]) -> None:
    """What would be refused, or silently ignored, by CodeBuild."""
    assert not jsonschema.Draft202012Validator(FORM).is_valid({**spec("tests"), **wrong})


def test_each_build_has_its_buildspec_and_each_buildspec_its_build() -> None:
    """None is left over."""
    assert set(builds()) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_variable_of_a_command_is_given(name: str) -> None:
    """By the build, the pipeline, the buildspec, or a command before."""
    build, content = builds()[name], spec(name)
    given = OF_CODEBUILD | given_by_the_pipeline(build["Name"])
    given |= {each["Name"] for each in build["Environment"].get("EnvironmentVariables", [])}
    given |= set(content.get("env", {}).get("variables", {}))
    for phase in content["phases"].values():
        for command in phase["commands"]:
            used = set(re.findall(r"\$\{?(\w+)", command))
            assert used <= given, f"{command} uses {used - given}"
            given |= set(re.findall(r"^(\w+)=", command))
    assert set(content.get("env", {}).get("exported-variables", [])) <= given


def test_the_builds_that_commit_sign_as_somebody_and_may_push() -> None:
    """Git wants a name, and CodeBuild lends the credentials of the connection."""
    for name in FILES:
        content = spec(name)
        if "k8s/version.py" in str(content["phases"]):
            assert content["env"]["git-credential-helper"] == "yes"
            assert {"GIT_AUTHOR_NAME", "GIT_COMMITTER_EMAIL"} <= set(content["env"]["variables"])


def test_only_the_image_that_was_tested_leaves_its_build() -> None:
    """It is looked at, and the job is tested in it, before the push; what its tag held already is no other image."""
    commands = spec("image")["phases"]["build"]["commands"]
    order = (
        "make image",
        "PYTEST_ARGS=tests/docker",
        "docker/test",
        "docker/pack",
        "docker/push",
        "docker/is_ours",
    )
    at = [n for words in order for n, command in enumerate(commands) if words in command]
    assert at == sorted(at)
    assert len(at) == len(order)
