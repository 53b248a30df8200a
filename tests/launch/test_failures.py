"""Why a run failed whose driver did not tell it, and the error that it did tell."""

from typing import Any

import pytest

from footfall.errors import Conflict
from footfall.launch.ending import error_from_log
from footfall.launch.kubernetes.status import failure
from tests.launch.test_status import driver, run


@pytest.mark.parametrize(
    ("message", "pod", "says", "code"),
    [
        ("", driver(terminated={"exitCode": 137, "reason": "OOMKilled"}), "more memory than 1Gi", 6),
        ("... ExitCode: 137, Reason: OOMKilled", None, "killed for using more memory than its limit", 6),
        ("... ExitCode: 137, Reason: Error", None, "mostly for using more memory than its limit", 6),
        ("... ExitCode: 11, Reason: Error", None, "too many executors were lost (exit code 11)", 6),
        ("", driver(terminated={"exitCode": 50}), "an exception that nothing caught (exit code 50)", 6),
        ("", driver(terminated={"exitCode": 52}), "Java in the driver ran out of memory (exit code 52)", 6),
        ("", driver(terminated={"exitCode": 143}), "ended from outside", 6),
        ("", driver(terminated={"exitCode": 1}), "could not start the job in the driver", 8),
        ("", driver(terminated={"exitCode": 99}), "neither the job nor Spark uses (exit code 99)", 8),
        (
            "a\npods x is forbidden: exceeded quota: runs\n at b",
            None,
            "quota of the namespace is full: pods",
            6,
        ),
        ('a\npods "x" is forbidden: violates PodSecurity\n at b', None, 'refused the driver: pods "x"', 2),
        (
            'a\nadmission webhook "policy.sigstore.dev" denied the request: failed policy: footfall\n at b',
            None,
            'refused the driver: admission webhook "policy.sigstore.dev" denied the request: failed policy: footfall',
            2,
        ),
        ("driver pod not found", None, "The run failed: driver pod not found", 6),
        ('{"a": "Exception"}\nXException: y\nCaused by: ZException', None, "failed: XException: y", 6),
        ("", None, "the operator gives no reason", 6),
    ],
)
def test_a_failure_that_the_run_did_not_tell_is_told_by_the_cluster(
    message: str, pod: dict[str, Any] | None, says: str, code: int
) -> None:
    """Of a whole trace only the line that matters is shown."""
    error = failure(run("FAILED", message), pod, (), "here")
    assert says in error.what
    assert "\n" not in error.what
    assert error.exit_code == code


@pytest.mark.parametrize(
    ("code", "words"),
    [(11, "spot"), (50, "trace"), (52, "spec.driver.memory"), (137, "spec.driver.memoryOverhead")],
)
def test_the_advice_fits_the_code(code: int, words: str) -> None:
    """Java's memory where Java ran out, Python's share where the container was killed, nodes where executors went."""
    error = failure(run("FAILED"), driver(terminated={"exitCode": code}), (), "here")
    assert words in error.fix.replace("`", "")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ('admission webhook "policy.sigstore.dev" denied the request: failed policy', "clusterimagepolicies"),
        ('pods "x" is forbidden: violates PodSecurity', "what the namespace allows"),
    ],
)
def test_the_advice_fits_who_refused_the_driver(message: str, words: str) -> None:
    """A policy asks for another image, the namespace for another template."""
    assert words in failure(run("FAILED", message), None, (), "here").fix


def test_a_foreign_code_is_told_with_what_the_log_or_the_cluster_says() -> None:
    """The last error of the log comes before the warnings of the cluster."""
    pod, events = driver(terminated={"exitCode": 11}), ("Evicted: spot",)
    assert failure(run("FAILED"), pod, events, "here").what.endswith("(exit code 11): Evicted: spot")
    told = ("Spark has stopped", "a stage", "Look.")
    assert failure(run("FAILED"), pod, events, "here", told).what.endswith(
        "(exit code 11): Spark has stopped"
    )


def test_where_the_log_of_a_failed_job_is_gone_the_manifest_is_named() -> None:
    """The exit code is still known, and another try would not help."""
    error = failure(run("FAILED", "driver container failed with ExitCode: 3"), None, (), "here")
    assert "its manifest has the reason" in error.fix


def test_an_evicted_driver_is_told_in_the_words_of_the_node() -> None:
    """They say what ran out."""
    pod = driver(terminated={"exitCode": 143})
    pod["status"]["message"] = "The node was low on resource: ephemeral-storage."
    assert "ephemeral-storage" in failure(run("FAILED", "ExitCode: 143"), pod, (), "here").what


def test_the_error_that_the_run_told_keeps_its_kind() -> None:
    """Exit code 5 is a conflict here as there."""
    error = error_from_log(5, ("Another run published", "2023-03-01", "Look."), "run r")
    assert isinstance(error, Conflict)
    assert error.where == "2023-03-01 (in run r)"
    assert error_from_log(5, None, "run r") is None
    assert error_from_log(1, ("a", "b", "c"), "run r") is None
