"""Writes the pages that are made of the code, and the table of a page that is; tests hold that they are up to date."""

import json
import re
from pathlib import Path

from footfall import jobs
from footfall.cli.page import commands_page
from footfall.settings import Settings
from footfall.settings.names import settings_page
from footfall.settings.place_formats import formats_table

DOCS = Path(__file__).parents[1] / "docs"

if __name__ == "__main__":
    (DOCS / "settings.md").write_text(settings_page(jobs.settings()), encoding="utf-8")
    (DOCS / "settings.schema.json").write_text(
        json.dumps(Settings.json_schema(), indent=2) + "\n", encoding="utf-8"
    )
    (DOCS / "commands.md").write_text(commands_page(), encoding="utf-8")
    definitions = (DOCS / "definitions.md").read_text(encoding="utf-8")
    head, *_ = formats_table().partition("\n")
    found = re.compile(rf"^{re.escape(head)}\n(?:\|.*\n)*", re.MULTILINE)
    (DOCS / "definitions.md").write_text(found.sub(lambda _: formats_table(), definitions), encoding="utf-8")
