"""A repository as the robots meet it: an origin, and clones of it that hold the command and the version files."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
VERSION = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
images:
- name: footfall
  newName: registry.example.com/footfall
  newTag: 0.1.0
"""
ENVIRONMENTS = ("local", "test", "production")
PERSON = {
    f"GIT_{role}_{what}": text
    for role in ("AUTHOR", "COMMITTER")
    for what, text in (("NAME", "Someone"), ("EMAIL", "someone@example.com"))
}


def file_of(environment: str) -> str:
    """The path of an environment's version file."""
    return f"k8s/overlays/{environment}/version/kustomization.yaml"


def image(tag: str, digit: str = "a") -> str:
    """An image under a tag, with a digest of one digit."""
    return f"registry.example.com/footfall:{tag}@sha256:{digit * 64}"


@dataclass(frozen=True)
class Clone:
    """A clone, in which the command is run as the workflows run it; a forge hears of the actor."""

    folder: Path
    actor: str = ""

    def git(self, *words: str) -> str:
        """What a command of git prints."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begin `python3 k8s/version.py WORDS`."""
        return subprocess.Popen(
            [sys.executable, self.folder / "k8s" / "version.py", *words],
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def version(self, *words: str) -> tuple[int, str, str]:
        """Run `python3 k8s/version.py WORDS`, and give its exit code and what it says on either stream."""
        process = self.start(*words)
        output, told = process.communicate(timeout=120)
        return process.returncode, output.strip(), told.strip()

    def write(self, path: str, text: str) -> str:
        """Commit a file and push it to main; give the commit."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")
        self.git("add", path)
        self.git("commit", "--quiet", "--message", f"Write {path}")
        self.git("push", "--quiet", "origin", "HEAD:main")
        return self.git("rev-parse", "HEAD")

    def messages(self, branch: str = "main") -> list[str]:
        """The messages of a branch at origin, the newest first."""
        self.git("fetch", "--quiet", "origin", branch)
        return self.git("log", "--format=%s", "FETCH_HEAD").splitlines()

    def at_origin(self, path: str, branch: str = "main") -> str:
        """A file as a branch at origin has it."""
        self.git("fetch", "--quiet", "origin", branch)
        return self.git("show", f"FETCH_HEAD:{path}") + "\n"

    def deployed(self, environment: str) -> str:
        """The version file that Argo CD follows for an environment."""
        return self.at_origin(file_of(environment), f"deploy/{environment}")

    def tip(self, branch: str) -> str:
        """The newest commit of a branch at origin; empty where it has no such branch."""
        return self.git("ls-remote", "origin", f"refs/heads/{branch}").partition("\t")[0]

    def _environment(self) -> dict[str, str]:
        return {**surroundings(), **({"FORGE_ACTOR": self.actor} if self.actor else {})}


def surroundings() -> dict[str, str]:
    """The variables of a runner: a person, and none of the settings of git that this machine has."""
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **plain, **PERSON}


def origin(folder: Path) -> Path:
    """An origin with one commit: the command, what goes into the image, and three environments that have 0.1.0."""
    bare = folder / "origin.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", bare], check=True, env=surroundings())
    first = clone(bare, folder / "first")
    first.git("checkout", "--quiet", "-b", "main")
    programs = ("k8s/version.py", "k8s/version_files.py", "k8s/origin.py")
    for path in (*programs, ".dockerignore", ".gitignore", ".github/workflows/ci.yml"):
        (first.folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, first.folder / path)
    for environment in ENVIRONMENTS:
        file = first.folder / file_of(environment)
        file.parent.mkdir(parents=True)
        file.write_text(VERSION, encoding="utf-8")
    (first.folder / "k8s/base").mkdir()
    (first.folder / "k8s/base/kustomization.yaml").write_text("first\n", encoding="utf-8")
    first.git("add", "--all")
    first.write("job/main.py", "1\n")
    return bare


def clone(bare: Path, folder: Path, actor: str = "") -> Clone:
    """A clone of the origin, for an actor."""
    subprocess.run(
        ["git", "clone", "--quiet", bare, folder], check=True, env=surroundings(), capture_output=True
    )
    return Clone(folder, actor)
