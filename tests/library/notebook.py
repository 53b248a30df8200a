"""Runs the cells of a notebook without a kernel, and keeps what they print: `python -m tests.library.notebook`."""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[2] / "docs" / "first-week.ipynb"


def read() -> dict[str, Any]:
    """The notebook."""
    content: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return content


def printed(blocks: list[str]) -> list[str]:
    """What each block of code prints; names that one defines are known to the next ones."""
    names: dict[str, Any] = {"__name__": "__main__"}
    found = []
    for block in blocks:
        with redirect_stdout(io.StringIO()) as said:
            exec(compile(block, "<block>", "exec"), names)  # noqa: S102  (code of the repository)
        found.append(said.getvalue())
    return found


def outputs(text: str) -> list[dict[str, Any]]:
    """What a notebook keeps of a cell that printed this."""
    lines = text.splitlines(keepends=True)
    return [{"name": "stdout", "output_type": "stream", "text": lines}] if lines else []


def write() -> None:
    """Run the notebook and keep its outputs."""
    content = read()
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    for number, (cell, said) in enumerate(
        zip(cells, printed(["".join(c["source"]) for c in cells]), strict=True), 1
    ):
        cell["outputs"], cell["execution_count"] = outputs(said), number
    NOTEBOOK.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
