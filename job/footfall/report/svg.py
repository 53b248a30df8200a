"""Elements of inline SVG, escaped as they are built."""

from markupsafe import Markup, escape


def tag(name: str, *children: str, **attributes: str | float) -> Markup:
    """Build one element; text in children and attributes is escaped, markup in children is kept.

    Args:
        name: The element, such as "rect".
        children: Elements, or text.
        attributes: Names as in SVG, with `_` for `-`; a trailing `_` is dropped (`class_`).
    """
    # Each text is escaped once and joined: Markup's own formatting takes ten times as long.
    pairs = [
        f' {key.rstrip("_").replace("_", "-")}="{escape(written(value))}"'
        for key, value in attributes.items()
    ]
    return Markup(f"<{name}{''.join(pairs)}>{''.join(map(escape, children))}</{name}>")  # noqa: S704


def written(value: str | float) -> str:
    """Write an attribute: a number with at most two decimals, text as it is."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def percent(part: float, whole: float) -> str:
    """Write a length as percent of the drawing's width; 0% of nothing."""
    return f"{written(100.0 * part / whole if whole else 0.0)}%"
