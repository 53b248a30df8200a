"""The hook of forge.py: reads the pushed refs, as git gives them to pre-receive, and answers as GitHub does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

NOTHING = "0" * 40
COUNTED = {"pull_request", "push"}
"""Events whose runs satisfy a required check; a dispatched run on the same commit does not."""


def git(*words: str) -> str:
    """What git prints of the pushed objects."""
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()


def load(name: str) -> Any:
    """A file of the server; empty where it is not there yet."""
    file = Path(name)
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def complaints(old: str, new: str, branch: str, actor: str, approvals: int) -> Iterator[str]:
    """What the rules say against a push, or a merge with so many approvals."""
    if actor == "github-actions[bot]" and new != NOTHING:
        before = old if old != NOTHING else "refs/heads/main"
        if changed := git("diff", "--name-only", "--diff-filter=AM", before, new, "--", ".github/workflows"):
            file = changed.splitlines()[0]
            yield f"refusing to allow a GitHub App to create or update workflow `{file}` without `workflows` permission"
    for pattern, rule in load("rules.json").items():
        if not fnmatch(branch, pattern) or actor in rule.get("bypass", []):
            continue
        if new == NOTHING:
            yield "Cannot delete a protected branch"
            continue
        if old == NOTHING:
            continue
        if git("rev-list", f"{new}..{old}"):
            yield "Cannot force-push to a protected branch"
        passed = load("checks.json").get(new, {})
        for check in rule.get("checks", []):
            if not COUNTED & set(passed.get(check, [])):
                yield f'Required status check "{check}" is expected.'
        if "approvals" in rule and approvals < rule["approvals"]:
            is_push = approvals < 0
            yield (
                "Changes must be made through a pull request."
                if is_push
                else "At least 1 approving review is required."
            )


def main() -> int:
    """Read the refs, and refuse them all where a rule speaks against one."""
    actor = os.environ.get("FORGE_ACTOR", "octocat")
    approvals = int(os.environ.get("FORGE_APPROVALS", "-1"))
    failed = 0
    for line in sys.stdin:
        old, new, ref = line.split()
        branch = ref.removeprefix("refs/heads/")
        found = list(complaints(old, new, branch, actor, approvals))
        with Path("pushes.tsv").open("a", encoding="utf-8") as log:
            log.write(f"{actor}\t{branch}\t{' '.join(found)}\n")
        if found:
            failed = 1
            sys.stderr.write(f"error: GH006: Protected branch update failed for {ref}.\n")
            sys.stderr.writelines(f"error: {each}\n" for each in found)
    return failed


if __name__ == "__main__":
    sys.exit(main())
