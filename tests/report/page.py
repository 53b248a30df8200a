"""Reading a page as a browser's parser does: its elements, their attributes, their text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = ("meta", "link", "input", "br", "img", "hr")


@dataclass(eq=False)
class Element:
    """One element with all the text inside it."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    parents: "tuple[Element, ...]" = ()

    def within(self, name: str) -> bool:
        """Say whether an element of that name is around this one."""
        return any(parent.name == name for parent in self.parents)


@dataclass(eq=False)
class Page(HTMLParser):
    """A parsed page; `unbalanced` lists end tags that close nothing and start tags never closed."""

    source: str
    elements: list[Element] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.feed(self.source)
        self.close()
        self.unbalanced += [each.name for each in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {key: value or "" for key, value in attrs}, "", tuple(self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close an element, as SVG may."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open, or note that another one is."""
        if self.open and self.open[-1].name == tag:
            self.open.pop()
        else:
            self.unbalanced.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Give the text to every element around it."""
        for each in self.open:
            each.text += data

    def all(self, name: str, **attributes: str) -> list[Element]:
        """List the elements of a name whose attributes hold the given words."""
        return [
            each
            for each in self.elements
            if each.name == name
            and all(word in each.attributes.get(k.rstrip("_"), "").split() for k, word in attributes.items())
        ]

    def tables(self, **attributes: str) -> list[list[list[str]]]:
        """List the rows of cells of every table whose attributes hold the given words."""
        found = self.all("table", **attributes)
        return [[self.cells(row) for row in self.inside(each, "tr")] for each in found]

    def inside(self, parent: Element, *names: str) -> list[Element]:
        """List the elements of some names within another one."""
        return [
            each for each in self.elements if each.name in names and any(p is parent for p in each.parents)
        ]

    def cells(self, row: Element) -> list[str]:
        """List the texts of a row's cells, their white space evened out."""
        return [" ".join(cell.text.split()) for cell in self.inside(row, "th", "td")]

    @property
    def text(self) -> str:
        """The text of the page's body, its white space evened out."""
        return " ".join(self.all("body")[0].text.split())
