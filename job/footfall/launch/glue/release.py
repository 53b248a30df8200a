"""`footfall glue deploy` and `rollback`: versions of the job in a bucket, and a Glue job that points at one of them.

A version is a folder named after its commit, and nothing in it is ever written twice. What a job was pointed at, and
when, is written down beside the versions: a rollback goes back along that.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO, Any

from footfall import aws
from footfall.errors import Conflict, SettingsError
from footfall.launch.glue.archive import PYTHONS, Archive
from footfall.launch.glue.job import ARCHIVE, INSTALLER, GlueJob, Object
from footfall.runs.progress import Progress

SCRIPT = "footfall.py"
OPTIONS = "--no-index --no-deps"
"""Of pip on Glue: all wheels are in the archive, each one was chosen by the lock."""

_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


@dataclass(frozen=True)
class Pointed:
    """What became of a job: the version that it runs now, and the one that it ran before."""

    job: str
    state: str
    version: str
    before: str | None


@dataclass(frozen=True)
class Releases:
    """The versions below one address.

    Attributes:
        address: Such as s3://bucket/glue.
        now: The clock, for the records.
    """

    address: str
    now: Callable[[], datetime]

    @classmethod
    def of(cls, job: GlueJob, address: str | None, now: Callable[[], datetime]) -> "Releases":
        """Those at an address, or else where the script of the job is: the template says where that shall be."""
        if address:
            return cls(address.rstrip("/"), now)
        definition = job.definition()
        folder = str(definition["Command"]["ScriptLocation"]).rpartition("/")[0]
        return cls(folder.rpartition("/")[0] if version_of(definition) else folder, now)

    def put(self, archive: Archive, progress: Progress) -> None:
        """Write a version, unless it is there.

        Raises:
            Conflict: Another content is there under this commit.
        """
        folder = f"{self.address}/{archive.version}"
        with progress.step("upload", f"{folder}/{archive.file.name}") as step:
            with archive.file.open("rb") as opened:
                is_new = _put_once(f"{folder}/{archive.file.name}", opened, archive.digest)
            step.note(bytes=archive.file.stat().st_size, object="written" if is_new else "there already")
        _put_once(f"{folder}/{SCRIPT}", archive.script, "")

    def point(self, job: GlueJob, version: str, action: str, progress: Progress) -> Pointed:
        """Have the job run a version from now on; all else of it stays as it is.

        Args:
            job: The job.
            version: A commit whose archive is there.
            action: Why, for the record: "deploy" or "rollback".
            progress: Who listens.

        Raises:
            SettingsError: The job is of a kind or version of Glue that this cannot run on, or the version is not there.
            Conflict: Someone else updated the job meanwhile.
        """
        with progress.step("update job", job.where) as step:
            definition = job.definition()
            archive = (
                f"{self.address}/{version}/footfall-{version}-py{_python_of(definition, job)}.gluewheels.zip"
            )
            _see_that_it_is_there(archive, job)
            before = version_of(definition)
            wanted = _pointed_at(definition, f"{self.address}/{version}/{SCRIPT}", archive)
            if wanted == definition:
                step.note(version=version)
                return Pointed(job.name, "unchanged", version, before)
            job.update(wanted)
            if version_of(job.definition()) != version:
                raise Conflict(
                    "The job was updated by someone else at the same time",
                    where=job.where,
                    fix="Look at what it runs now, and deploy again.",
                )
            step.note(version=version, before=before or "none")
        self._record(job, action, version, before)
        done = {"deploy": "deployed", "rollback": "rolled back"}[action]
        return Pointed(job.name, done, version, before)

    def before(self, job: GlueJob) -> str:
        """The version that was there before the present one was deployed.

        Raises:
            SettingsError: No record tells.
        """
        present = version_of(job.definition())
        for record in self._records(job):
            if record["action"] == "deploy" and record["version"] == present and record["before"]:
                return str(record["before"])
        raise SettingsError(
            f"No record tells what the job ran before {present or 'anything was deployed'}",
            where=f"{self.address}/deployments/{job.name}/",
            fix="Name the version to go back to with --version.",
        )

    def _record(self, job: GlueJob, action: str, version: str, before: str | None) -> None:
        at = self.now()
        content = {"action": action, "version": version, "before": before, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
        address = f"{self.address}/deployments/{job.name}/{at:%Y%m%dT%H%M%S%fZ}.json"
        _put_once(address, json.dumps(content).encode(), "")

    def _records(self, job: GlueJob) -> Iterator[dict[str, Any]]:
        """What was written down about a job, the newest first."""
        bucket, prefix = aws.bucket_and_key(f"{self.address}/deployments/{job.name}/")
        with aws.failures(self.address):
            pages = aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
        for key in sorted(keys, reverse=True):
            yield json.loads(aws.read(f"s3://{bucket}/{key}"))


def version_of(definition: Object) -> str | None:
    """The version that a job runs, if it is one of ours."""
    folder, _, script = str(definition.get("Command", {}).get("ScriptLocation", "")).rpartition("/")
    return folder.rpartition("/")[2] if script == SCRIPT else None


def _pointed_at(definition: Object, script: str, archive: str) -> Object:
    """The definition with another script and archive."""
    arguments = {**definition.get("DefaultArguments", {}), ARCHIVE: archive, INSTALLER: OPTIONS}
    command = {**definition["Command"], "ScriptLocation": script}
    return {**definition, "Command": command, "DefaultArguments": arguments}


def _python_of(definition: Object, job: GlueJob) -> str:
    glue, kind = str(definition.get("GlueVersion")), definition.get("Command", {}).get("Name")
    if kind == "glueetl" and glue in PYTHONS:
        return PYTHONS[glue]
    raise SettingsError(
        f"The job is {kind} on Glue {glue}; footfall needs glueetl on {' or '.join(PYTHONS)}",
        where=job.where,
        fix="Set Command.Name and GlueVersion in the template of the job.",
    )


def _see_that_it_is_there(address: str, job: GlueJob) -> None:
    bucket, key = aws.bucket_and_key(address)
    if aws.ask(partial(aws.client("s3").head_object, Bucket=bucket, Key=key), address, ("404",)) is None:
        raise SettingsError(
            f"There is no such version for the Glue of {job.name}",
            where=address,
            fix="Deploy it first, with the archive for that Python: make glue",
        )


def _put_once(address: str, content: bytes | IO[bytes], digest: str) -> bool:
    """Write an object unless it is there; one that is there with another digest is not ours to replace."""
    bucket, key = aws.bucket_and_key(address)
    client = aws.client("s3")
    checked = {"ChecksumSHA256": base64.b64encode(bytes.fromhex(digest)).decode()} if digest else {}
    request = {"Bucket": bucket, "Key": key, "Body": content, "IfNoneMatch": "*", **checked}
    put = partial(client.put_object, **request, Metadata={"sha256": digest})
    if aws.ask(put, address, _TAKEN) is not None:
        return True
    there = aws.ask(partial(client.head_object, Bucket=bucket, Key=key), address) or {}
    if there.get("Metadata", {}).get("sha256") != digest:
        raise Conflict(
            "The bucket holds another content under this commit",
            where=address,
            fix="Build from a clean checkout; a version is never written twice.",
        )
    return False
