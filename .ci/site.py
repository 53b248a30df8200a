"""Makes pages of documents that stand outside docs/, and mends links, which are written as the repository needs them.

A hook of MkDocs. `make docs` names the file that draws pictures in the variable MERMAID.
A link to a document that is a page leads to the page; any other file of the repository is linked
where the repository is read, at REPO_URL, and without that variable it is named without a link.
"""

import json
import os
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
OUTSIDE = (
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CODE_OF_CONDUCT.md",
    "docker/README.md",
    "bench/README.md",
)
"""Documents outside docs/ that are pages of the same name."""

PICTURES = ("bench/results.svg", "bench/exactness.svg")
"""Pictures outside docs/ that pages show."""

MERMAID = "mermaid.min.js"
"""Draws pictures in the browser. A page that has one brings it, since the theme would ask another site for it."""

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand outside docs/, and those that are made of notebooks."""
    for name in OUTSIDE:
        files.append(File.generated(config, name, content=(ROOT / name).read_text(encoding="utf-8")))
    for name in PICTURES:
        files.append(File.generated(config, name, content=(ROOT / name).read_bytes()))
    files.append(File.generated(config, MERMAID, content=Path(os.environ["MERMAID"]).read_bytes()))
    for notebook in [file for file in files if file.src_uri.endswith(".ipynb")]:
        files.remove(notebook)
        text = _markdown(json.loads((ROOT / "docs" / notebook.src_uri).read_text(encoding="utf-8")))
        files.append(File.generated(config, f"{notebook.src_uri.removesuffix('.ipynb')}.md", content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The text of a page with links as the site needs them."""
    here = page.file.src_uri
    in_repository = here if here in OUTSIDE else f"docs/{here}"

    def mended(match: re.Match[str]) -> str:
        picture, text, link = match.groups()
        if re.match(r"[a-z]+:|#", link):
            return match[0]
        path, mark, anchor = link.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(in_repository), path))
        uri = target.removeprefix("docs/").replace(".ipynb", ".md")
        if files.get_file_from_path(uri) and (target.startswith("docs/") or target in (*OUTSIDE, *PICTURES)):
            return (
                f"{picture}[{text}]({posixpath.relpath(uri, posixpath.dirname(here) or '.')}{mark}{anchor})"
            )
        return f"[{text}]({config.repo_url}/blob/main/{target}{mark}{anchor})" if config.repo_url else text

    return "".join(part if CODE.fullmatch(part) else LINK.sub(mended, part) for part in CODE.split(markdown))


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page, with what draws its pictures where it has some."""
    if 'class="mermaid"' not in html:
        return html
    here = posixpath.relpath(MERMAID, page.url or ".")
    return f'{html}\n<script src="{here}"></script>'


def _markdown(notebook: dict) -> str:
    """A notebook as Markdown: texts, code, and outputs that are text."""
    parts = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
        for output in cell.get("outputs", ()):
            said = output.get("text") or output.get("data", {}).get("text/plain") or ()
            if text := "".join(said).rstrip():
                parts.append(f"```text\n{text}\n```")
    return "\n\n".join(parts)
