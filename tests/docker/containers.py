"""Containers of the image under test: by docker or podman where they run, else by buildah and runc."""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Image:
    """An image in the store of docker or buildah, by name."""

    name: str

    def inspect(self) -> dict[str, Any]:
        """What the image says of itself: `config` with User, Labels, Entrypoint; `history`."""
        if _engine():
            (about,) = json.loads(_output(_engine(), "image", "inspect", self.name))
            return {"config": about["Config"]}
        config: dict[str, Any] = json.loads(_output("buildah", "inspect", "--type", "image", self.name))
        return {"config": config["Docker"]["config"]}

    def digest(self) -> str:
        """The digest of the image's configuration, which names all its layers."""
        if _engine():
            return _output(_engine(), "image", "inspect", "--format", "{{.Id}}", self.name)
        return _output("buildah", "inspect", "--type", "image", "--format", "{{.FromImageID}}", self.name)

    def run(
        self, *words: str, entrypoint: str = "", mounts: dict[Path, str] | None = None, output: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run words as user 185 with a root that cannot be written to; `/work` is the folder `output`."""
        bound = {**(mounts or {}), output: "/work"}
        if _engine():
            return _by_engine(self.name, words, entrypoint, bound)
        with tempfile.TemporaryDirectory() as bundle:
            return self._by_runc(words, entrypoint, bound, Path(bundle))

    def _by_runc(
        self, words: tuple[str, ...], entrypoint: str, bound: dict[Path, str], bundle: Path
    ) -> subprocess.CompletedProcess[str]:
        config = self.inspect()["config"]
        container = _output("buildah", "from", "--pull-never", self.name)
        try:
            root = _output("buildah", "mount", container)
            _output("runc", "spec", "--bundle", str(bundle))
            spec = json.loads((bundle / "config.json").read_text(encoding="utf-8"))
            start = [entrypoint] if entrypoint else config["Entrypoint"]
            spec["process"] |= {
                "terminal": False,
                "user": {"uid": 185, "gid": 185},
                "cwd": "/work",
                "args": [*start, *words],
                "env": [*config["Env"], "SPARK_LOCAL_IP=127.0.0.1", "HOME=/work"],
            }
            spec["root"] = {"path": root, "readonly": True}
            # The network of this machine: the one that runc makes has not even a loopback.
            spaces = spec["linux"]["namespaces"]
            spec["linux"]["namespaces"] = [space for space in spaces if space["type"] != "network"]
            bound = {**bound, Path("/etc/hosts"): "/etc/hosts"}
            spec["mounts"] += [_tmpfs("/tmp"), _tmpfs("/var/data")]  # noqa: S108 - as above
            spec["mounts"] += [
                {"destination": inside, "type": "bind", "source": str(outside), "options": ["rbind", "rw"]}
                for outside, inside in bound.items()
            ]
            (bundle / "config.json").write_text(json.dumps(spec), encoding="utf-8")
            command = ["runc", "run", "--bundle", str(bundle), f"footfall-test-{os.getpid()}-{bundle.name}"]
            return subprocess.run(command, capture_output=True, text=True, check=False)
        finally:
            _output("buildah", "rm", container)


def _tmpfs(inside: str) -> dict[str, Any]:
    return {
        "destination": inside,
        "type": "tmpfs",
        "source": "tmpfs",
        "options": ["nosuid", "uid=185", "gid=185"],
    }


def _by_engine(
    name: str, words: tuple[str, ...], entrypoint: str, bound: dict[Path, str]
) -> subprocess.CompletedProcess[str]:
    flags = ["--rm", "--read-only", "--tmpfs", "/tmp", "--tmpfs", "/var/data:mode=1777"]  # noqa: S108 - as above
    flags += [word for outside, inside in bound.items() for word in ("-v", f"{outside}:{inside}")]
    flags += ["--entrypoint", entrypoint] if entrypoint else []
    return subprocess.run(
        [_engine(), "run", *flags, name, *words], capture_output=True, text=True, check=False
    )


def _engine() -> str:
    """Docker or podman, where it is there and answers; else nothing."""
    for engine in ("docker", "podman"):
        if (
            shutil.which(engine)
            and not subprocess.run([engine, "info"], capture_output=True, check=False).returncode
        ):
            return engine
    return ""


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
