"""A store that is away for a while, and one that stays away."""

import pytest

from footfall.publish import attempts
from footfall.publish.attempts import until_answered
from footfall.stores.errors import NoAnswer


class Store:
    """Answers after it was asked in vain so many times."""

    def __init__(self, in_vain: int) -> None:
        self.in_vain, self.asked = in_vain, 0

    def ask(self) -> str:
        """Answer, or be away."""
        self.asked += 1
        if self.asked <= self.in_vain:
            raise NoAnswer("nobody answers", where="a store", fix="Wait.")
        return "answered"


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, without waiting."""
    waits: list[float] = []
    monkeypatch.setattr(attempts.time, "sleep", waits.append)
    return waits


def test_a_store_that_comes_back_is_asked_until_it_answers(slept: list[float]) -> None:
    """Each wait is longer than the one before."""
    store = Store(in_vain=3)
    assert until_answered(store.ask) == "answered"
    assert slept == [1, 2, 4]


def test_a_store_that_stays_away_is_given_up_after_two_minutes(slept: list[float]) -> None:
    """With its own error."""
    store = Store(in_vain=99)
    with pytest.raises(NoAnswer, match="nobody answers"):
        until_answered(store.ask)
    assert sum(slept) == 120


def test_a_refusal_is_no_reason_to_ask_again(slept: list[float]) -> None:
    """It would be the same."""

    def refuse() -> None:
        raise PermissionError("no right")

    with pytest.raises(PermissionError):
        until_answered(refuse)
    assert slept == []
