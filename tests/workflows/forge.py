"""A Git server that keeps to GitHub's rules of late 2026: a bare repository whose hook knows actors, checks and rules.

Known: required checks per commit and who reported them, pull requests with approvals, actors that may bypass a rule,
forced pushes, deletions, and that a workflow's own token changes no workflow. A merge is done by the server itself.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.workflows.repository import Clone, surroundings

WORKFLOW = "github-actions[bot]"
"""The actor of a workflow's own token."""

ACTOR = "FORGE_ACTOR"
"""The variable by which a push says whose token it has."""

RULES = {
    "main": {"checks": ["gate"], "approvals": 1, "bypass": []},
    "deploy/*": {},
    "deploy/production": {"approvals": 1, "bypass": []},
}
"""The rules of docs/delivery.md; all forbid forced pushes and deletions, by nature of a rule here."""

HOOK = Path(__file__).with_name("forge_hook.py")


@dataclass
class PullRequest:
    """A request to merge a branch."""

    branch: str
    base: str
    actor: str
    checks_wait: bool
    approvals: int = 0


@dataclass(frozen=True)
class Forge:
    """The server of a bare repository."""

    bare: Path

    def rule(self, rules: dict[str, dict[str, object]]) -> None:
        """Set the rules, and have the hook ask them."""
        (self.bare / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
        hook = self.bare / "hooks/pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec {sys.executable} {HOOK}\n", encoding="utf-8")
        hook.chmod(0o755)

    def pushes(self) -> list[tuple[str, str, str]]:
        """What was tried, in order: actor, branch, and what was answered."""
        log = self.bare / "pushes.tsv"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [(actor, branch, said) for actor, branch, said in (line.split("\t") for line in lines)]

    def report(self, commit: str, check: str, event: str) -> None:
        """Report a passed check of a commit, by a run that this event started."""
        file = self.bare / "checks.json"
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        known.setdefault(commit, {}).setdefault(check, []).append(event)
        file.write_text(json.dumps(known), encoding="utf-8")

    def open(self, branch: str, base: str, actor: str) -> PullRequest:
        """Open a pull request. Checks run where the branch has workflows; those of a robot's wait for a maintainer."""
        has_workflows = bool(self._git("ls-tree", branch, ".github/workflows/"))
        request = PullRequest(branch, base, actor, checks_wait=has_workflows and actor.endswith("[bot]"))
        if has_workflows and not request.checks_wait:
            self.report(self._git("rev-parse", branch), "gate", "pull_request")
        return request

    def let_checks_run(self, request: PullRequest) -> None:
        """A maintainer approves the runs of a robot's pull request."""
        request.checks_wait = False
        self.report(self._git("rev-parse", request.branch), "gate", "pull_request")

    def merge(self, request: PullRequest) -> str:
        """Merge, where the rules of the base allow it; what they answer, empty where it was merged."""
        old, new = (self._git("rev-parse", branch) for branch in (request.base, request.branch))
        line = f"{old} {new} refs/heads/{request.base}\n"
        done = subprocess.run(
            [sys.executable, HOOK],
            cwd=self.bare,
            env={**surroundings(), ACTOR: request.actor, "FORGE_APPROVALS": str(request.approvals)},
            input=line,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            self._git("update-ref", f"refs/heads/{request.base}", new, old)
        return done.stderr.strip()

    def _git(self, *words: str) -> str:
        return Clone(self.bare).git(*words)
