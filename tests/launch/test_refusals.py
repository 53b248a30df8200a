"""What the API of Kubernetes refuses, as errors with our exit codes."""

import json

import pytest

from footfall.launch.kubernetes.refusals import is_about_object, refusal


def body(message: str, **details: str) -> str:
    """The answer of an API server."""
    return json.dumps({"kind": "Status", "message": message, "details": details})


@pytest.mark.parametrize(
    ("status", "answer", "says", "code"),
    [
        (403, body("pods is forbidden: User x cannot get"), "does not allow it: pods is forbidden", 2),
        (401, body("Unauthorized"), "does not allow it: Unauthorized", 2),
        (403, body("x is forbidden: exceeded quota: runs, limited: 3"), "quota of the namespace is full", 6),
        (404, "404 page not found\n", "has no kind SparkApplication", 2),
        (404, body('namespaces "x" not found', name="x"), 'namespaces "x" not found', 6),
        (422, body("spec.driver.cores: Invalid value: -1"), "does not accept the run: spec.driver.cores", 2),
        (500, body('failed calling webhook "mutate": no endpoints'), "operator does not answer", 6),
        (500, body('failed calling webhook "m.kb.io": kueue-webhook-service'), "Kueue does not answer", 6),
        (504, "<html>gateway</html>", "The cluster failed: <html>gateway</html>", 6),
    ],
)
def test_each_refusal_is_told_with_the_words_of_the_cluster(
    status: int, answer: str, says: str, code: int
) -> None:
    """Only what may pass by itself has the exit code that machines retry."""
    error = refusal(status, answer, "footfall-test")
    assert says in error.what
    assert error.exit_code == code
    assert "footfall-test" in error.where
    assert error.fix


def test_a_missing_object_is_told_from_a_missing_kind() -> None:
    """Only the former is named in the answer."""
    assert is_about_object(body("not found", name="a", kind="sparkapplications"))
    assert not is_about_object("404 page not found\n")
    assert not is_about_object("[]")
