"""The page of the library and its notebook: their code runs, and prints what they say."""

import re
from pathlib import Path

from tests.library.notebook import outputs, printed, read

PAGE = Path(__file__).parents[2] / "docs" / "library.md"


def test_the_examples_of_the_page_print_what_it_shows() -> None:
    """Block after block, in one process."""
    blocks = re.findall(
        r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(blocks) == 3
    assert printed([code for code, _ in blocks]) == [text for _, text in blocks]


def test_the_notebook_prints_what_it_keeps() -> None:
    """Each cell, on the sample that the package brings."""
    cells = [cell for cell in read()["cells"] if cell["cell_type"] == "code"]
    said = printed(["".join(cell["source"]) for cell in cells])
    assert len(cells) >= 5
    assert [outputs(each) for each in said] == [cell["outputs"] for cell in cells]
