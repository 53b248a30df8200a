"""The stages of a run, and the functions of the job in which each works.

A function's CPU time is that of its stage, without the time of functions of other stages that it calls.
"""

from typing import NamedTuple

DRIVER, WORKER = "the rest of the driver", "the rest of the workers"
START = "start, imports"


class Stage(NamedTuple):
    """A stage: its name, and its functions as `module:name` or `module:Class.method`."""

    name: str
    functions: tuple[str, ...] = ()


STAGES = (
    Stage(START),
    Stage(
        "settings, find the files",
        (
            "footfall.cli:parse",
            "footfall.cli.loading:load_settings",
            "footfall.platforms.driver:code_digest",
            "footfall.read.pings:read_pings",
        ),
    ),
    Stage("start the workers", ("footfall.platforms.engine:embedded",)),
    Stage("read the places", ("footfall.read.places.fetched:read_places_anywhere",)),
    Stage(
        "index the places",
        (
            "footfall.locate.index.tree:build",
            "footfall.locate.index.stored:Index.save",
            "footfall.locate.index.stored:load",
        ),
    ),
    Stage("digest the input", ("footfall.read.digests:sources_of",)),
    Stage(
        "read the pings",
        (
            "footfall.read.pings.parquet.row_groups:RowGroups.read",
            "footfall.read.pings.csv.ranges:RangeTask.read",
        ),
    ),
    Stage("judge", ("footfall.scan:Scan.judged",)),
    Stage("hash the devices", ("footfall.shuffle.fingerprints:fingerprints",)),
    Stage("locate", ("footfall.locate.finder:Finder.find",)),
    Stage(
        "look a sample up again",
        ("footfall.locate.finder:Finder.audit", "footfall.locate.extent:Extent.tallies"),
    ),
    Stage(
        "pack",
        (
            "footfall.shuffle.packing:Pings.found",
            "footfall.shuffle.packing:Pings.outside",
            "footfall.shuffle.packing:Pings.marked",
            "footfall.shuffle.packing:Pings.some",
            "footfall.shuffle.batches:record_rows",
        ),
    ),
    Stage(
        "shuffle",
        (
            "footfall.engines.embedded.part_files:PartFile.add",
            "footfall.engines.embedded.part_files:PartFile.flush",
            "footfall.engines.embedded.part_files:read_part",
        ),
    ),
    Stage("pings in no place", ("footfall.aggregate.sums:count_marks",)),
    Stage("sort", ("footfall.aggregate.ordering:in_order",)),
    Stage("visits", ("footfall.aggregate.visits:visits",)),
    Stage("sum", ("footfall.aggregate.sums:PlaceSums.__init__", "footfall.aggregate.sums:PlaceSums.rows")),
    Stage("merge", ("footfall.aggregate.days:Placed.__init__", "footfall.aggregate.merging:merged")),
    Stage("write", ("footfall.aggregate.table:complete", "footfall.publish.writing:write_piece")),
    Stage(
        "read back, check",
        (
            "footfall.pipeline:_Steps.read_back",
            "footfall.pipeline:_Steps.check",
            "footfall.check.funnel:funnel",
            "footfall.hints:hints",
        ),
    ),
    Stage("publish", ("footfall.publish.folder:Folder.publish",)),
    Stage("report", ("footfall.pipeline:_Steps.report", "footfall.terminal:show_summary")),
    Stage(DRIVER),
    Stage(WORKER),
)
NAMES = tuple(stage.name for stage in STAGES)
