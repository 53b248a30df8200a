"""The kinds of data that are measured, and the parameters that name one data set."""

from dataclasses import asdict, dataclass
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of places and what it is made of unless told otherwise.

    `polygons` is their number, `vertices` the number of coordinates of each ring (the last repeats the first, 0 where
    the polygons are given), `inside` the share of pings inside at least one place.
    """

    what: str
    polygons: int
    vertices: int
    inside: float


KINDS = {
    "tracts": Kind("New York's census tracts, a dense tiling", 2325, 0, 0.78),
    "blobs": Kind("sparse star-shaped blobs", 1000, 61, 0.2),
    "one": Kind("one polygon", 1, 61, 0.5),
    "many": Kind("as many polygons as asked for", 10_000, 61, 0.5),
    "vertices": Kind("polygons of as many vertices as asked for", 1000, 1000, 0.5),
    "overlap": Kind("each ping inside is in about ten places", 1000, 61, 0.9),
    "skew": Kind("90 % of all pings in one place", 1000, 61, 0.95),
    "spatialbench": Kind("trip and building of SpatialBench, times folded into the days", 20_000, 0, 0.0),
}


@dataclass(frozen=True)
class Data:
    """The parameters of one data set; equal parameters give equal files."""

    kind: str
    pings: int
    polygons: int
    vertices: int
    inside: float
    days: int
    seed: int

    @classmethod
    def of(cls, kind: str, pings: int, days: int = 1, seed: int = 1, **given: float | None) -> "Data":
        """The data of a kind; what is not given (`polygons`, `vertices`, `inside`) is as the kind has it.

        Raises:
            ValueError: A parameter is not possible for the kind.
        """
        wanted = {
            **KINDS[kind]._asdict(),
            **{name: value for name, value in given.items() if value is not None},
        }
        del wanted["what"]
        return cls(kind=kind, pings=pings, days=days, seed=seed, **wanted).checked()

    def checked(self) -> "Data":
        """Itself, or a ValueError that says which parameter is not possible."""
        if self.kind in ("tracts", "spatialbench") and self._shape() != KINDS[self.kind][1:3]:
            raise ValueError(f"the polygons of {self.kind} are given: leave out --polygons and --vertices")
        if self.kind == "one" and self.polygons != 1:
            raise ValueError("the kind one has one polygon: take --kind many")
        if self.kind == "skew" and self.inside < 0.9:
            raise ValueError("the kind skew has 90 % of its pings in one place: --inside is at least 0.9")
        if not (self.pings > 0 and self.days > 0 and self.polygons > 0 and 0 <= self.inside <= 1):
            raise ValueError("--pings, --days and --polygons are positive, --inside is between 0 and 1")
        if self.vertices and self.vertices < 4:
            raise ValueError("a ring has at least 4 coordinates, the last repeats the first: --vertices")
        return self

    @property
    def name(self) -> str:
        """Its name as a folder."""
        return "-".join(str(value) for value in asdict(self).values())

    @property
    def places(self) -> str:
        """Its places in a few words, such as `blobs 1,000 x 61`."""
        return f"{self.kind} {self.polygons:,}" + (f" x {self.vertices:,}" if self.vertices else "")

    def _shape(self) -> tuple[int, int]:
        return self.polygons, self.vertices
