"""Two runs of one day at once."""

from threading import Event

from tests.faults.proxy import PASS, once
from tests.faults.scene import NEW, PATIENCE, Scene, publishes


def test_of_two_runs_of_one_day_one_publishes_and_the_other_says_who_did(play: Scene) -> None:
    """The first is held at its commit until the second has published; both had begun before."""
    reached, done = Event(), Event()

    def hold() -> None:
        reached.set()
        assert done.wait(PATIENCE)

    with play.running(once(publishes(), PASS, hold)) as loser:
        assert reached.wait(PATIENCE), loser.told
        winner = play.run()
        done.set()
        loser.process.wait(PATIENCE)
    assert (winner.code, loser.code) == (0, 5), winner.told
    manifests = {manifest["exit_code"]: manifest for manifest in play.manifests().values()}
    assert f"2023-03-01 was published by {manifests[0]['run_id']}" in manifests[5]["refusal"]
    assert play.rows() == NEW
