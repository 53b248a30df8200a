"""What the upkeep refuses before it asks anything."""

from datetime import timedelta

import pytest

from footfall import jobs

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from footfall.errors import SettingsError
from footfall.platforms import maintenance
from footfall.publish.tasks import Ages
from footfall.settings.sources import load


@pytest.mark.parametrize("ages", [Ages(leftovers=timedelta(hours=23)), Ages(snapshots=timedelta(hours=23))])
def test_leftovers_of_today_are_never_removed(ages: Ages, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may belong to a run that is under way."""
    monkeypatch.setattr(maintenance, "local_spark", lambda *_: pytest.fail("it went on"))
    given = {"pings.path": "x", "places.path": "y", "output": "s3://bucket/out", "catalog.type": "glue"}
    with pytest.raises(SettingsError, match="younger than a day"):
        maintenance.maintain(load(None, {}, given, jobs.settings()), ages, apply=True)
