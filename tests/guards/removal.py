"""A guard, how it is taken out, and the test that finds that."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ROOT / "job" / "footfall"


@dataclass(frozen=True)
class Removal:
    """A guard that is taken out of the code.

    Args:
        guard: What it guards, in a few words.
        file: The file below `job/footfall`.
        text: The text of the guard, which stands there once.
        instead: What takes its place.
        test: The test that finds it, as pytest names it, below `tests`.
        seconds: How long that test may take, with its start.
    """

    guard: str
    file: str
    text: str
    instead: str
    test: str
    seconds: float = 60.0

    def apply(self, code: Path) -> None:
        """Take the guard out of a copy of the job's code.

        Raises:
            ValueError: The text does not stand there exactly once.
        """
        path = code / self.file
        content = path.read_text(encoding="utf-8")
        if content.count(self.text) != 1:
            raise ValueError(
                f"{self.file} holds the text of this guard {content.count(self.text)} times: {self.guard}"
            )
        path.write_text(content.replace(self.text, self.instead), encoding="utf-8")
