"""The command `footfall submit` as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable

from tests.launch.api_server import ApiServer

DAY = ("--day", "2023-03-01")
Submit = Callable[..., subprocess.Popen[str]]


def started(server: ApiServer, namespace: str, words: tuple[str, ...], user: str) -> subprocess.Popen[str]:
    """Start the command as a user."""
    environ = {**os.environ, "KUBECONFIG": str(server.kubeconfig(user, namespace))}
    command = [sys.executable, "-m", "footfall", "submit", "--on", "kubernetes", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environ, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def ended(process: subprocess.Popen[str], code: int) -> tuple[str, str]:
    """What the command printed, once it has ended with this code."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    return out, err


def await_said(process: subprocess.Popen[str], *words: str) -> None:
    """Read what the command says until a line holds these words."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if all(word in line for word in words):
            return
    raise AssertionError(f"never said {words}:\n{''.join(said)}")
