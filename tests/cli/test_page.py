"""The page of commands is what the parsers say."""

from pathlib import Path

from footfall.cli import COMMANDS
from footfall.cli.page import commands_page

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_of_commands_is_up_to_date() -> None:
    """`make pages` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == commands_page()


def test_every_command_has_a_heading_and_a_sentence() -> None:
    """A command without a description would stand there without a word of what it does."""
    page = commands_page()
    sections = [part.partition("\n\n") for part in page.split("\n## ")[1:]]
    assert [title for title, _, _ in sections] == [f"footfall {name}" for name in COMMANDS]
    assert [title for title, _, text in sections if len(text.split()) < 4] == []
