"""The cluster by hand: `kubectl` and `footfall submit`."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]


@dataclass(frozen=True)
class Cluster:
    """Programs with the environment of the cluster."""

    environment: Mapping[str, str]

    def run(self, *words: str, text: str | None = None, seconds: float = 300) -> str:
        """Run a program to its end, and give what it prints; what it complains of is part of the failure."""
        done = subprocess.run(
            words,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def kubectl(self, *words: str, text: str | None = None) -> str:
        """Run kubectl."""
        return self.run("kubectl", *words, text=text)

    def get(self, namespace: str, kind: str, name: str) -> Object | None:
        """An object, if it is there."""
        text = self.kubectl(
            "get", "--namespace", namespace, kind, name, "--ignore-not-found", "--output=json"
        )
        return dict(json.loads(text)) if text else None

    def all(self, namespace: str, kind: str) -> dict[str, Object]:
        """All objects of a kind in a namespace, by name."""
        items = json.loads(self.kubectl("get", "--namespace", namespace, kind, "--output=json"))["items"]
        return {item["metadata"]["name"]: item for item in items}

    def submit(self, namespace: str, *words: str) -> subprocess.Popen[str]:
        """Start `footfall submit`."""
        command = [sys.executable, "-m", "footfall", "submit", "--on", "kubernetes", "--namespace", namespace]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*command, *words], env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )


def until(what: str, look: Callable[[], Any], seconds: float = 300) -> Any:
    """Look again and again until something true is seen, and give it."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < end, f"not seen within {seconds:.0f} s: {what}"
        time.sleep(1)
