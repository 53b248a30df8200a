"""Hostile texts for every field of a page, and what of a page may hold text from outside."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from hypothesis import strategies as st

MARK = "0utside"
"""Stands in each hostile text, and in nothing of ours."""

PIECES = (
    *("<script>alert(1)</script>", "</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>"),
    *(
        "</title>",
        "</style>",
        "</svg>",
        "</textarea>",
        "</bdi>",
        "</td></tr></table>",
        "<!--",
        "-->",
        "<![CDATA[",
    ),
    *(
        '"',
        "'",
        "`",
        ">",
        "<",
        "&",
        ";",
        "/",
        "=",
        " ",
        "\n",
        "\t",
        "\f",
        "\x00",
        "\ud800",
        "\u2028",
        "\u202e",
    ),
    *(
        '" onload="alert(1)',
        "' onmouseover='alert(1)",
        " style=x:expression(1) ",
        "javascript:alert(1)",
        "//x/",
    ),
    *("&lt;script&gt;", "&#60;script&#62;", "&quot;", "%3Cscript%3E", "\\x3cscript\\x3e", "\\u003cscript>"),
    *("{{ 7 * 7 }}", "{% raw %}", "{#", "${1}", "<base href=//x>", "<meta http-equiv=refresh content=0>"),
    *("->", "a.b", "long" * 60),
)
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(
    lambda some: MARK + "".join(some) + MARK
)

OURS = {"days", "day", "key", "started", "finished", "state", "level", "exit_code", "main"}
"""Fields of reports and manifests whose texts are the job's own words, numbers or dates."""

FOR_TEXT = {
    "title",
    "aria-label",
    "alt",
    "data-name",
    "data-search",
    "data-id",
    "data-place",
    "value",
    "id",
    "href",
}
"""Attributes that may hold text from outside."""


def fill(value: Any, draw: Callable[[], str], field: str = "") -> Any:
    """The value with another text in each field that is not one of OURS, and in each name that people choose."""
    if field in OURS:
        return value
    if isinstance(value, str):
        return draw()
    if isinstance(value, list | tuple):
        return [fill(each, draw, field) for each in value]
    if isinstance(value, dict):
        more = value if field == "versions" else {}
        named = more | {draw(): each for each in value.values()} if field in ("facts", "versions") else value
        return {name: fill(each, draw, name) for name, each in named.items()}
    return value


class Seen(HTMLParser):
    """What a parser makes of a page: its elements with their attributes, its comments, and where MARK stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[tuple[str, str]] = set()
        self.once: list[str] = []
        self.marked: set[str] = set()
        self.addresses: set[str] = set()
        self.fixed: list[str] = []
        self.declared: list[str] = []
        self._within = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; the marks in its name and in those of its attributes are faults."""
        self._within = tag
        self.elements.add((tag, ""))
        if tag in ("script", "style", "meta", "link", "base", "h1"):
            self.once.append(tag)
        for name, value in attrs:
            self.elements.add((tag, name))
            if MARK in f"{tag} {name}":
                self.marked.add("a name")
            if MARK in (value or ""):
                self.marked.add(name)
            if name in ("href", "src", "action", "formaction", "xlink:href"):
                self.addresses.add(value or "")
            if name in ("style", "content"):
                self.fixed.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As an element that is opened and closed."""
        self.handle_starttag(tag, attrs)
        self._within = ""

    def handle_endtag(self, tag: str) -> None:
        """Leave it."""
        self._within = ""

    def handle_data(self, data: str) -> None:
        """Note what runs and what styles: it is ours alone."""
        if self._within in ("script", "style"):
            self.fixed.append(data)

    def handle_comment(self, data: str) -> None:
        """A page has none."""
        self.declared.append(data)

    def handle_decl(self, decl: str) -> None:
        """A page has one: its type."""
        self.declared.append(decl)

    def unknown_decl(self, data: str) -> None:
        """A page has none."""
        self.declared.append(data)

    def handle_pi(self, data: str) -> None:
        """A page has none."""
        self.declared.append(data)


def faults(page: str, harmless: list[Seen]) -> list[str]:
    """What hostile texts have made of a page that pages of the same kind with harmless texts do not have."""
    seen = Seen(page)
    known = set().union(*(each.elements for each in harmless))
    found = [f"element or attribute {each}" for each in seen.elements - known]
    found += [f"text from outside in {each}" for each in seen.marked - FOR_TEXT]
    found += [
        f"text from outside in a script, a style or a policy: {each!r}" for each in seen.fixed if MARK in each
    ]
    found += [f"address {each!r}" for each in seen.addresses if not _is_plain(each)]
    if seen.declared != ["doctype html"]:
        found.append(f"comments or declarations {seen.declared}")
    if seen.once not in [each.once for each in harmless]:
        found.append(f"scripts, styles and headings {seen.once}")
    return found


def _is_plain(address: str) -> bool:
    """Whether an address stays within the pages: a part of this one, or a file beside it."""
    scheme = address.partition("/")[0].strip().lower()
    return (
        address == "data:,"
        or address.startswith("#")
        or not (":" in scheme or address.startswith(("/", "\\")))
    )
