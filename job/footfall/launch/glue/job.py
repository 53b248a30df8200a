"""A job of AWS Glue: reads and updates its definition, and lists, starts and stops its runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from footfall import aws
from footfall.errors import SettingsError

Object = dict[str, Any]

ARCHIVE, INSTALLER = "--additional-python-modules", "--python-modules-installer-option"
SIZES = ("GlueVersion", "WorkerType", "NumberOfWorkers", "MaxCapacity")
DAYS, NAME = "--days", "--footfall-name"
LOG_GROUP = "--custom-logGroup-prefix"
ABSENT = ("EntityNotFoundException",)


@dataclass(frozen=True)
class GlueJob:
    """A job that exists already, made by CloudFormation or by hand.

    Attributes:
        name: Its name.
    """

    name: str

    @property
    def where(self) -> str:
        """The job as errors name it."""
        return f"Glue job {self.name}"

    @cached_property
    def _glue(self) -> Any:
        return aws.client("glue")

    def definition(self) -> Object:
        """The definition of the job, as GetJob gives it.

        Raises:
            SettingsError: There is no such job.
        """
        answer = aws.ask(lambda: self._glue.get_job(JobName=self.name), self.where, ABSENT)
        if answer is None:
            raise SettingsError(
                f"There is no Glue job {self.name}",
                where="flag --job",
                fix="Correct its name or the region, or make it: aws/ has the template.",
            )
        return dict(answer["Job"])

    def update(self, definition: Object) -> None:
        """Replace the whole definition of the job: Glue resets what is left out to its default."""
        members = self._glue.meta.service_model.shape_for("JobUpdate").members
        update = {key: value for key, value in definition.items() if key in members and value != ""}
        update.pop("AllocatedCapacity", None)  # the old name of MaxCapacity
        if "WorkerType" in update:
            update.pop("MaxCapacity", None)  # given by GetJob beside WorkerType, refused by UpdateJob
        aws.ask(lambda: self._glue.update_job(JobName=self.name, JobUpdate=update), self.where)

    def runs(self) -> Iterator[Object]:
        """All runs of the job that Glue still lists, the newest first."""
        with aws.failures(self.where):
            for page in self._glue.get_paginator("get_job_runs").paginate(JobName=self.name):
                yield from page["JobRuns"]

    def run(self, run_id: str) -> Object:
        """The present state of one run; empty if Glue does not know it."""
        answer = aws.ask(lambda: self._glue.get_job_run(JobName=self.name, RunId=run_id), self.where)
        return dict(answer["JobRun"]) if answer else {}

    def start(self, arguments: Mapping[str, str]) -> str:
        """Start a run with these arguments on top of the job's own, and give its id.

        Raises:
            InfrastructureError: The job's limit of concurrent runs is reached.
        """
        begin = lambda: self._glue.start_job_run(JobName=self.name, Arguments=dict(arguments))  # noqa: E731
        return str((aws.ask(begin, self.where) or {})["JobRunId"])

    def stop(self, run_id: str) -> None:
        """Ask Glue to stop a run; returns before it has stopped."""
        aws.ask(
            lambda: self._glue.batch_stop_job_run(JobName=self.name, JobRunIds=[run_id]),
            f"run {run_id} of {self.where}",
        )
