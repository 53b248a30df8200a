"""What a pull request changes in the counts, as GitHub hears of it: steps of preview.yml and ci.yml.

python3 .github/preview.py wait ADDRESS FOLDER SECONDS       fetches the comparisons of a preview when they are there
python3 .github/preview.py comment REPOSITORY NUMBER FOLDER  writes them into one comment, each time the same one
python3 .github/preview.py verdict FOLDER LABELS             fails where counts change and none of LABELS allows it
python3 .github/preview.py remove IMAGE ADDRESS NUMBER       deletes the images and the comparisons of a pull request
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

KINDS = {"sample": "The bundled sample", "day": "One day of the pings in test"}
"""The comparisons of a preview, and what they are of."""

ALLOWED = "counts-change"
"""The label that says: these counts are meant to change."""

MARK = "<!-- footfall preview -->"
PAUSE = 20


def run(*command: str, given: str | None = None) -> str:
    """What a command prints.

    Raises:
        SystemExit: It has failed.
    """
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])}: {done.stderr.strip()}")
    return done.stdout


def wait(address: str, folder: str, seconds: str) -> None:
    """Fetch the comparisons, once all are there.

    Raises:
        SystemExit: They do not come.
    """
    until = time.monotonic() + float(seconds)
    while True:
        run("aws", "s3", "cp", "--recursive", "--quiet", f"{address}/", folder)
        missing = [kind for kind in KINDS if not (Path(folder) / kind / "diff.json").is_file()]
        if not missing:
            return
        if time.monotonic() >= until:
            namespace = f"footfall-preview-{address.rstrip('/').split('/')[-2]}"
            sys.exit(
                f"no comparison of {' and '.join(missing)} came to {address} in {seconds} s\n"
                f"  do:    kubectl -n {namespace} get jobs,pods; what Argo CD says of the application {namespace}"
            )
        time.sleep(PAUSE)


def comment(repository: str, number: str, folder: str) -> None:
    """Write the comparisons into the comment of this preview, or into a new one the first time."""
    parts = [
        f"{MARK}\n## What this changes in the counts\n\nCounted by the image of this pull request, and by that of test."
    ]
    for kind, title in KINDS.items():
        text = (Path(folder) / kind / "diff.md").read_text(encoding="utf-8")
        parts.append(f"### {title}\n\n{text.replace('### ', '#### ')}")
    body = json.dumps({"body": "\n\n".join(parts)[:65_000]})
    thread = f"repos/{repository}/issues/{number}/comments"
    there = json.loads(run("gh", "api", "--paginate", "--slurp", thread))
    ours = [each["id"] for page in there for each in page if is_ours(each)]
    method, path = ("PATCH", f"repos/{repository}/issues/comments/{ours[0]}") if ours else ("POST", thread)
    run("gh", "api", "--method", method, path, "--input", "-", given=body)


def is_ours(written: dict[str, Any]) -> bool:
    """Whether a comment is the one of this preview, and not of somebody who copied its mark."""
    return bool(written["body"].startswith(MARK) and written["user"]["login"] == "github-actions[bot]")


def verdict(folder: str, labels: str) -> None:
    """Say whether counts change, and whether they may.

    Args:
        folder: Holds one comparison or more.
        labels: A list of names, as JSON.

    Raises:
        SystemExit: They change, and the label is not there; or nothing was compared.
    """
    changed = {}
    for kind, title in KINDS.items():
        file = Path(folder) / kind / "diff.json"
        if not file.is_file():
            continue
        compared = json.loads(file.read_text(encoding="utf-8"))
        print(f"{title}: {compared['verdict']}")  # noqa: T201
        changed[title] = compared["changed"]
    if not changed:
        sys.exit(f"there is no comparison in {folder}")
    if any(changed.values()) and ALLOWED not in json.loads(labels):
        sys.exit(
            "Counts change. Where that is meant, say why in CHANGELOG.md and in the description, have someone add the"
            f" label {ALLOWED}, and run this job again; else mend the change."
        )


def remove(image: str, address: str, number: str) -> None:
    """Delete what a preview left in the registry and in the bucket."""
    run("aws", "s3", "rm", "--recursive", "--quiet", f"{address}/{number}/")
    repository = image.partition("/")[2]
    asked = ("aws", "ecr", "list-images", "--repository-name", repository, "--output", "json")
    tags = [each.get("imageTag", "") for each in json.loads(run(*asked))["imageIds"]]
    ours = [{"imageTag": tag} for tag in tags if tag.startswith(f"{number}-")]
    for start in range(0, len(ours), 100):
        ids = json.dumps(ours[start : start + 100])
        run("aws", "ecr", "batch-delete-image", "--repository-name", repository, "--image-ids", ids)
    print(f"{len(ours)} images and the comparisons of {number} are gone")  # noqa: T201


def main(words: list[str]) -> None:
    """One of the commands."""
    match words:
        case ["wait", address, folder, seconds]:
            wait(address, folder, seconds)
        case ["comment", repository, number, folder]:
            comment(repository, number, folder)
        case ["verdict", folder, labels]:
            verdict(folder, labels)
        case ["remove", image, address, number]:
            remove(image, address, number)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
