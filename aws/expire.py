"""Deletes from the registry what no environment uses any more: python3 aws/expire.py NAME [--apply] [--days 90].

Kept are, whatever their age: images that a branch deploy/... of origin names now or named in these days, images with a
tag v*, and all that was pushed in these days. With an image stay the platforms of its index, and its signatures and
attestations. Without --apply it only says what it would delete. Rules of ECR's own cannot do this: they count, and know
no environment.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

AT_ONCE = 100
"""So many images ECR takes in one request."""

MANIFESTS = [f"application/vnd.oci.image.{kind}.v1+json" for kind in ("index", "manifest")] + [
    f"application/vnd.docker.distribution.manifest.{kind}v2+json" for kind in ("list.", "")
]
"""The forms in which ECR may give a manifest: all, else it does not give an index as it is."""

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
OF_COSIGN = re.compile(r"sha256-([0-9a-f]{64})(?:\.\w+)?")
"""A tag under which signatures of a digest are kept where the registry knows no subjects."""


@dataclass(frozen=True)
class Image:
    """A manifest of the repository.

    Attributes:
        digest: Its digest.
        tags: Its tags.
        pushed: When it was pushed.
        parts: The manifests that it lists, where it is an index.
        subject: The manifest that it says something about, where it is a signature or an attestation.
    """

    digest: str
    tags: tuple[str, ...]
    pushed: datetime
    parts: tuple[str, ...] = ()
    subject: str = ""


def image_of(detail: Mapping[str, Any], manifest: Mapping[str, Any]) -> Image:
    """An image as ECR describes it, with what its manifest names."""
    tags = tuple(detail.get("imageTags", ()))
    named = [found[1] for tag in tags if (found := OF_COSIGN.fullmatch(tag))]
    subject = manifest.get("subject", {}).get("digest") or (f"sha256:{named[0]}" if named else "")
    parts = tuple(part["digest"] for part in manifest.get("manifests", ()))
    return Image(detail["imageDigest"], tags, _moment(detail["imagePushedAt"]), parts, subject)


def expired(images: Sequence[Image], used: Iterable[str], since: datetime) -> list[Image]:
    """The images to delete, in an order that ECR accepts: those that refer to others come first.

    Args:
        images: All of the repository.
        used: Digests that environments name, or have named in the time in which they may be taken back.
        since: What was pushed later stays.
    """
    roots = {*used, *(image.digest for image in images if image.pushed >= since or _is_release(image))}
    # What a new signature is about stays with it, and with that all that belongs to it.
    kept: set[str] = set()
    while roots - kept:
        kept |= roots
        for image in images:
            if image.digest in kept:
                roots |= {*image.parts, image.subject} - {""}
            elif image.subject in kept:
                roots.add(image.digest)
    gone = [image for image in images if image.digest not in kept]
    return sorted(gone, key=lambda image: (not image.subject, not image.parts, image.pushed))


def _moment(written: str | float) -> datetime:
    """A moment as the AWS CLI writes it: in version 2 as ISO 8601, in version 1 in seconds since 1970."""
    if isinstance(written, str):
        return datetime.fromisoformat(written)
    return datetime.fromtimestamp(written, UTC)


def _is_release(image: Image) -> bool:
    return any(re.fullmatch(r"v\d.*", tag) for tag in image.tags)


def used_digests(days: int) -> set[str]:
    """The digests in the version files of the branches deploy/... of origin, now and in the last days.

    Raises:
        SystemExit: Origin has no such branch: then nobody knows what is in use.
    """
    output("git", "fetch", "--quiet", "origin", "+refs/heads/deploy/*:refs/remotes/origin/deploy/*")
    branches = output("git", "for-each-ref", "--format=%(refname)", "refs/remotes/origin/deploy").split()
    if not branches:
        sys.exit("origin has no branch deploy/..., so that nobody knows what is in use: nothing is deleted")
    files = "k8s/overlays/*/version/*"
    found = [output("git", "grep", "-h", "sha256:", branch, "--", files) for branch in branches]
    since = f"--since={days}.days"
    found += [output("git", "log", "-p", "--format=", since, branch, "--", files) for branch in branches]
    return {digest for text in found for digest in DIGEST.findall(text)}


def repository_images(repository: str) -> list[Image]:
    """All images of a repository.

    Raises:
        SystemExit: ECR does not give the manifest of one, so that nobody knows what belongs to it.
    """
    details = ask("describe-images", repository)["imageDetails"]
    manifests: dict[str, Any] = {}
    for some in batches([{"imageDigest": detail["imageDigest"]} for detail in details]):
        words = ("--image-ids", json.dumps(some), "--accepted-media-types", *MANIFESTS)
        for image in ask("batch-get-image", repository, *words)["images"]:
            manifests[image["imageId"]["imageDigest"]] = json.loads(image["imageManifest"])
    if missing := {detail["imageDigest"] for detail in details} - set(manifests):
        sys.exit(f"ECR gives no manifest of {', '.join(sorted(missing))}: nothing is deleted")
    return [image_of(detail, manifests[detail["imageDigest"]]) for detail in details]


def delete(repository: str, images: Sequence[Image]) -> None:
    """Delete images, in their order.

    Raises:
        SystemExit: ECR refuses one; what was deleted before is gone.
    """
    for some in batches([{"imageDigest": image.digest} for image in images]):
        answer = ask("batch-delete-image", repository, "--image-ids", json.dumps(some))
        if refused := answer.get("failures"):
            sys.exit(f"not deleted: {json.dumps(refused)}")


def batches(ids: Sequence[dict[str, str]]) -> Iterator[Sequence[dict[str, str]]]:
    """The same, so many at once."""
    yield from (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def ask(command: str, repository: str, *words: str) -> Any:
    """What a command of `aws ecr` answers."""
    text = output("aws", "ecr", command, "--repository-name", repository, "--output", "json", *words)
    return json.loads(text or "{}")


def output(*command: str) -> str:
    """What a command prints.

    Raises:
        SystemExit: It is missing, or has failed; a search of git that finds nothing has not.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except FileNotFoundError:
        sys.exit(f"{command[0]} is missing: install it")
    if done.returncode and not (command[:2] == ("git", "grep") and done.returncode == 1):
        sys.exit(f"{' '.join(command[:3])}: {done.stderr.strip()}")
    return done.stdout


def main() -> None:
    """List the images that no environment uses, and delete them with --apply."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("name", help="the image without a tag, as REGISTRY/footfall")
    parser.add_argument(
        "--days", type=int, default=90, help="how long an environment may be taken back (default: 90)"
    )
    parser.add_argument("--apply", action="store_true", help="delete; without it they are only listed")
    asked = parser.parse_args()
    _, _, repository = asked.name.partition("/")
    images = repository_images(repository)
    gone = expired(images, used_digests(asked.days), datetime.now(UTC) - timedelta(days=asked.days))
    for image in gone:
        sys.stdout.write(f"{image.digest} {image.pushed:%Y-%m-%d} {' '.join(image.tags) or '-'}\n")
    if asked.apply:
        delete(repository, gone)
    done = "deleted" if asked.apply else "to delete; --apply does it"
    sys.stderr.write(f"{repository}: {len(gone)} of {len(images)} {done}\n")


if __name__ == "__main__":
    main()
