"""`footfall glue deploy` and `rollback`: versions of the job in a bucket, and a Glue job that points at one of them.

A version is a folder named after its commit, and its objects are never overwritten. Each deployment is recorded beside
the versions; a rollback takes the earlier version from these records.
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
"""Options of pip on Glue: the archive holds every wheel, at the version of the lock."""

_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


@dataclass(frozen=True)
class Deployment:
    """The result of a deployment or a rollback.

    Attributes:
        job: The name of the Glue job.
        state: "deployed", "rolled back" or "unchanged".
        version: The commit that the job runs now.
        before: The commit that it ran before; None if that was not a version of this job."""

    job: str
    state: str
    version: str
    before: str | None


@dataclass(frozen=True)
class Releases:
    """The versions below one address.

    Attributes:
        address: Such as s3://bucket/glue.
        now: Gives the present time, for the records.
    """

    address: str
    now: Callable[[], datetime]

    @classmethod
    def of(cls, job: GlueJob, address: str | None, now: Callable[[], datetime]) -> "Releases":
        """The versions at an address; without one, those where the job's present script lies."""
        if address:
            return cls(address.rstrip("/"), now)
        definition = job.definition()
        folder = str(definition["Command"]["ScriptLocation"]).rpartition("/")[0]
        return cls(folder.rpartition("/")[0] if version_of(definition) else folder, now)

    def put(self, archive: Archive, progress: Progress) -> None:
        """Upload a version, unless it is there already.

        Raises:
            Conflict: Another archive is there under this commit.
        """
        folder = f"{self.address}/{archive.version}"
        with progress.step("upload", f"{folder}/{archive.file.name}") as step:
            with archive.file.open("rb") as opened:
                is_new = _put_once(f"{folder}/{archive.file.name}", opened, archive.digest)
            step.note(bytes=archive.file.stat().st_size, object="written" if is_new else "there already")
        _put_once(f"{folder}/{SCRIPT}", archive.script, "")

    def point(self, job: GlueJob, version: str, action: str, progress: Progress) -> Deployment:
        """Have the job run this version from now on; the rest of its definition stays.

        Args:
            job: The job.
            version: A commit whose archive is there.
            action: Why, for the record: "deploy" or "rollback".
            progress: Shows the step.

        Raises:
            SettingsError: The job's kind or Glue version is not supported, or the version was not uploaded.
            Conflict: Someone else updated the job at the same time.
        """
        with progress.step("update job", job.where) as step:
            definition = job.definition()
            archive = (
                f"{self.address}/{version}/footfall-{version}-py{_python_of(definition, job)}.gluewheels.zip"
            )
            _check_uploaded(archive, job)
            before = version_of(definition)
            updated = _with_version(definition, f"{self.address}/{version}/{SCRIPT}", archive)
            if updated == definition:
                step.note(version=version)
                return Deployment(job.name, "unchanged", version, before)
            job.update(updated)
            if version_of(job.definition()) != version:
                raise Conflict(
                    "The job was updated by someone else at the same time",
                    where=job.where,
                    fix="See which version it runs now, and deploy again.",
                )
            step.note(version=version, before=before or "none")
        self._record(job, action, version, before)
        done = {"deploy": "deployed", "rollback": "rolled back"}[action]
        return Deployment(job.name, done, version, before)

    def before(self, job: GlueJob) -> str:
        """The version that the job ran before the present one was deployed.

        Raises:
            SettingsError: No record has it.
        """
        present = version_of(job.definition())
        for record in self._records(job):
            if record["action"] == "deploy" and record["version"] == present and record["before"]:
                return str(record["before"])
        raise SettingsError(
            f"No record says what the job ran before {present or 'anything was deployed'}",
            where=f"{self.address}/deployments/{job.name}/",
            fix="Name the version to go back to with --version.",
        )

    def _record(self, job: GlueJob, action: str, version: str, before: str | None) -> None:
        at = self.now()
        content = {"action": action, "version": version, "before": before, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
        address = f"{self.address}/deployments/{job.name}/{at:%Y%m%dT%H%M%S%fZ}.json"
        _put_once(address, json.dumps(content).encode(), "")

    def _records(self, job: GlueJob) -> Iterator[dict[str, Any]]:
        """The records of a job's deployments, the newest first."""
        bucket, prefix = aws.bucket_and_key(f"{self.address}/deployments/{job.name}/")
        with aws.failures(self.address):
            pages = aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
        for key in sorted(keys, reverse=True):
            yield json.loads(aws.read(f"s3://{bucket}/{key}"))


def version_of(definition: Object) -> str | None:
    """The commit that a job runs; None if its script is not one of these versions."""
    folder, _, script = str(definition.get("Command", {}).get("ScriptLocation", "")).rpartition("/")
    return folder.rpartition("/")[2] if script == SCRIPT else None


def _with_version(definition: Object, script: str, archive: str) -> Object:
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


def _check_uploaded(address: str, job: GlueJob) -> None:
    bucket, key = aws.bucket_and_key(address)
    if aws.ask(partial(aws.client("s3").head_object, Bucket=bucket, Key=key), address, ("404",)) is None:
        raise SettingsError(
            f"There is no such version for the Glue of {job.name}",
            where=address,
            fix="Deploy it first, with the archive for that Python: make glue",
        )


def _put_once(address: str, content: bytes | IO[bytes], digest: str) -> bool:
    """Write an object unless one with this digest is there, and say whether it was written."""
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
            "The bucket holds another archive under this commit",
            where=address,
            fix="Build from a clean checkout; a version is never overwritten.",
        )
    return False
