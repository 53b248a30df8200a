"""AWS as ministack plays it, and the stacks of aws/ deployed there by the commands of docs/deploy.md."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml

ROOT = Path(__file__).parents[2]
AWS = ROOT / "aws"
REGION = "eu-west-1"
Tree = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """An account, and a copy of aws/ with parameters of its own."""

    address: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a program finds it."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
        keys = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nobody"}
        where = {"AWS_ENDPOINT_URL": self.address, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
        return {**kept, **keys, **where}

    def client(self, service: str) -> Any:
        """A client of a service."""
        return boto3.client(
            service,
            endpoint_url=self.address,
            region_name=REGION,
            aws_access_key_id="nobody",
            aws_secret_access_key="nobody",  # noqa: S106 - nobody asks for it
        )

    def set(self, parameters: str, **values: str) -> None:
        """Write values into a file of parameters, as its owner would."""
        file = self.folder / "parameters" / parameters
        lines = dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())
        text = "".join(f"{name}={value}\n" for name, value in {**lines, **values}.items())
        file.write_text(text, encoding="utf-8")

    def deploy(self, *words: str) -> str:
        """Run `aws/deploy WORDS`, and give what it says."""
        done = subprocess.run(
            [self.folder / "deploy", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}{done.stderr}{self.failures()}"
        return done.stdout

    def failures(self) -> list[str]:
        """Why resources could not be made."""
        client = self.client("cloudformation")
        stacks = [each["StackName"] for each in client.list_stacks()["StackSummaries"]]
        events = [
            event
            for stack in stacks
            for event in client.describe_stack_events(StackName=stack)["StackEvents"]
        ]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in events
            if event["ResourceStatus"].endswith("FAILED")
        ]

    def outputs(self, stack: str) -> dict[str, str]:
        """What a stack tells."""
        (found,) = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}

    def types(self, stack: str) -> list[str]:
        """The types of what a stack holds, all of it complete."""
        resources = self.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        assert {each["ResourceStatus"] for each in resources} <= {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
        return sorted(each["ResourceType"] for each in resources)


@contextmanager
def account(folder: Path) -> Iterator[Account]:
    """A server that starts with nothing, while the block runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    copy = Path(shutil.copytree(AWS, folder / "aws"))
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            env={**os.environ, "GATEWAY_PORT": str(port)},
            stdout=log,
            stderr=log,
        )
        try:
            wait(port, process)
            yield Account(f"http://127.0.0.1:{port}", copy)
        finally:
            process.terminate()
            process.wait()


def wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers."""
    for _ in range(300):
        assert process.poll() is None, "the look-alike has ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the look-alike does not answer")


class _Loader(yaml.SafeLoader):
    """Reads templates: `!Sub x` becomes {"Fn::Sub": x}."""


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Tree:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _function)


def templates() -> dict[str, Tree]:
    """The templates of aws/stacks by name."""
    files = sorted((AWS / "stacks").glob("*.yaml"))
    return {file.stem: yaml.load(file.read_text(encoding="utf-8"), _Loader) for file in files}  # noqa: S506


def without(account: Account, template: str, kind: str) -> None:
    """Take the resources of one type out of the copy of a template."""
    file = account.folder / "stacks" / f"{template}.yaml"
    text = file.read_text(encoding="utf-8")
    resource = re.compile(rf"^  \w+:\n    Type: {kind}\n(?:(?:    .*)?\n)*", re.MULTILINE)
    text, count = resource.subn("", text)
    assert count, f"{template} holds no {kind}"
    file.write_text(text, encoding="utf-8")
