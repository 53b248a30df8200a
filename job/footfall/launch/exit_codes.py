"""What the exit code of a driver or a launcher means: one of ours, one of Spark's, or that of a killed process."""

from dataclasses import dataclass

from footfall.errors import DefectError, FootfallError, InfrastructureError

OWN: dict[int, type[FootfallError]] = {kind.exit_code: kind for kind in FootfallError.__subclasses__()}
"""The job's own exit codes, each with its kind of error."""

SIGNALS = 128
"""A process that a signal ended has this plus the number of the signal as its code."""


@dataclass(frozen=True)
class ForeignCode:
    """An exit code that is not one of the job's own, and what it means.

    Attributes:
        code: The code.
        what: What it means, in a sentence.
        look: What to look at.
        fix: What to do.
        kind: The kind of error it counts as; only InfrastructureError is retried.
    """

    code: int
    what: str
    look: str
    fix: str
    kind: type[FootfallError] = InfrastructureError


FOREIGN = (
    ForeignCode(
        1,
        "Spark or Python could not start the job in the driver",
        "the last trace in the log of the driver",
        "Fix what the trace names, which is mostly `sparkConf` in the template or a file of the image, "
        "or go back to the image before.",
        DefectError,
    ),
    ForeignCode(
        11,
        "Spark gave up, because too many executors were lost",
        "why they were lost: events, nodes and the logs of executors (`footfall report RUN --logs`): "
        "spot nodes that were taken back, evictions, `OOMKilled`",
        "Submit again once nodes stay. Where executors were `OOMKilled`, give them more "
        "`spec.executor.memoryOverhead`; where spot nodes are lost too often, leave out `components/spot`.",
    ),
    ForeignCode(
        50,
        "Java in the driver ended by an exception that nothing caught",
        "the last trace of Java in the log of the driver",
        "Read that trace and fix what it names; submit again.",
    ),
    ForeignCode(
        51,
        "Java in the driver ended by an exception while it handled another one",
        "the last traces of Java in the log of the driver; mostly memory or the disk had run out",
        "Read these traces and fix what they name; submit again.",
    ),
    ForeignCode(
        52,
        "Java in the driver ran out of memory",
        "`OutOfMemoryError` in the log of the driver",
        "Give Java more in the overlay's `sizes.yaml`: `spec.driver.memory`. "
        "`memoryOverhead` is Python's share, and does not help here. Then submit again.",
    ),
    ForeignCode(
        53,
        "Spark in the driver could make no folder for what it spills",
        "the events of the pod and its node: its disk was full, or a volume could not be written to",
        "Have the volume `spark-local-dir-1` of the template writable, on a node with free disk. Then submit again.",
    ),
    ForeignCode(
        134,
        "Java or a library crashed, and aborted the driver",
        "the last lines of its log, which name the library",
        "Submit again; if it comes again, go back to the image before and report those lines.",
    ),
    ForeignCode(
        137,
        "The driver or its launcher was killed, mostly for using more memory than its limit",
        "`OOMKilled` in `kubectl describe pod`; else the events of its node",
        "Where it was `OOMKilled`, give the driver more in the overlay's `sizes.yaml`: `spec.driver.memoryOverhead`, "
        "which is Python's share. Submit again.",
    ),
    ForeignCode(
        139,
        "The driver crashed on memory that is not its own",
        "the last lines of its log, which name the library",
        "Submit again; if it comes again, go back to the image before and report those lines.",
    ),
    ForeignCode(
        143,
        "The driver or its launcher was ended from outside: evicted, deleted, or its node drained",
        "who ended it: events of the pod and its node, the workflow, the DAG",
        "Submit again once the node is well.",
    ),
)
"""Codes of Spark, of Java and of containers, with what they mean here. The table of docs/operations.md is this one."""


def kind_of(code: int | None) -> type[FootfallError] | None:
    """The kind of error that an exit code means; None for 0.

    Args:
        code: The exit code of a driver or a launcher; None if it was lost, with its pod or its node.

    Returns:
        InfrastructureError for a lost code, for Spark's own and for killed processes, whose codes may be negative.
        DefectError for an unknown code: another try would end the same way.
    """
    if code == 0:
        return None
    if code is None or code < 0:
        return InfrastructureError
    return OWN.get(code) or foreign(code).kind


def foreign(code: int) -> ForeignCode:
    """What an exit code means that is not one of the job's own; for an unknown code, as much as its number says."""
    known = {each.code: each for each in FOREIGN}
    if code in known:
        return known[code]
    look, fix = "the last lines of the log", "Read the last lines of the log; "
    if code > SIGNALS:
        return ForeignCode(code, f"Signal {code - SIGNALS} ended the driver", look, f"{fix}submit again.")
    what = "The driver ended with a code that neither the job nor Spark uses"
    return ForeignCode(code, what, look, f"{fix}check the image and its command.", DefectError)
