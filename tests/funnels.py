"""Where the rows of a run went, for tests of what is made of that."""

from footfall.runs.outcome import Funnel

FUNNEL = Funnel(
    scanned=210,
    outside_days=10,
    quarantined={"coordinate_zero": 20},
    duplicate=80,
    outside_places=25,
    inside_places=75,
    boundary=0,
)  # 200 read: 20 quarantined are 10 %; 100 kept: 25 outside are 25 %
