"""Joins images of one commit for several platforms into one file with one index, as docker/push pushes it.

python3 docker/join.py FILE PART=sha256:DIGEST... takes files of docker/pack, each with the digest that its build gave;
another image than that is refused. The same parts give the same index. Prints its digest.
"""

import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

INDEX = "application/vnd.oci.image.index.v1+json"
LAYOUT = b'{"imageLayoutVersion":"1.0.0"}'


class Part:
    """A file of docker/pack: an OCI archive of one image."""

    def __init__(self, path: str, digest: str) -> None:
        """Open it.

        Raises:
            SystemExit: It holds another image than this digest, or several.
        """
        self.path = path
        self.archive = tarfile.open(path)  # noqa: SIM115 - open until the end
        found = json.loads(self._read("index.json"))["manifests"]
        if [each["digest"] for each in found] != [digest]:
            there = ", ".join(each["digest"] for each in found)
            sys.exit(f"{path} holds {there or 'no image'}, and its build made {digest}: nothing is joined")
        self.descriptor = {name: found[0][name] for name in ("mediaType", "digest", "size")}
        config = json.loads(self.blob(json.loads(self.blob(digest))["config"]["digest"]))
        names = ("os", "architecture", "variant")
        self.platform = {name: config[name] for name in names if config.get(name)}

    def blob(self, digest: str) -> bytes:
        """The content of a digest.

        Raises:
            SystemExit: It is another content.
        """
        content = self._read(f"blobs/sha256/{digest.removeprefix('sha256:')}")
        if f"sha256:{hashlib.sha256(content).hexdigest()}" != digest:
            sys.exit(f"{self.path}: the content of {digest} is another one: nothing is joined")
        return content

    def blobs(self) -> list[tarfile.TarInfo]:
        """All its contents."""
        return [member for member in self.archive if member.isfile() and member.name.startswith("blobs/")]

    def _read(self, name: str) -> bytes:
        file = self.archive.extractfile(name)
        return file.read() if file else b""


def index_of(parts: list[Part]) -> bytes:
    """The index that lists all parts by their platforms.

    Raises:
        SystemExit: Two are of one platform.
    """
    platforms = [json.dumps(part.platform) for part in parts]
    if len(set(platforms)) < len(parts):
        sys.exit(f"two parts are of the same platform, of {', '.join(platforms)}: nothing is joined")
    manifests = [{**part.descriptor, "platform": part.platform} for part in parts]
    return canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests})


def canonical(tree: Any) -> bytes:
    """The same text for the same content."""
    return json.dumps(tree, separators=(",", ":")).encode()


def join(path: Path, parts: list[Part]) -> str:
    """Write the file, and give the digest of its index."""
    index = index_of(parts)
    digest = hashlib.sha256(index).hexdigest()
    descriptor = {"mediaType": INDEX, "digest": f"sha256:{digest}", "size": len(index)}
    with tarfile.open(path, "w") as archive:
        written = set()
        for part in parts:
            for member in part.blobs():
                if member.name not in written:
                    archive.addfile(member, part.archive.extractfile(member))
                    written.add(member.name)
        top = canonical({"schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor]})
        for name, content in (("oci-layout", LAYOUT), (f"blobs/sha256/{digest}", index), ("index.json", top)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return f"sha256:{digest}"


def main(words: list[str]) -> None:
    """Join the parts."""
    if len(words) < 2 or not all("=sha256:" in word for word in words[1:]):
        sys.exit("usage: python3 docker/join.py FILE PART=sha256:DIGEST...")
    parts = [Part(*word.rsplit("=", 1)) for word in sorted(words[1:])]
    print(join(Path(words[0]), parts))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
