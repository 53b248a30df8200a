"""Elements of inline SVG, escaped as they are built."""

from markupsafe import Markup


def tag(name: str, *children: str, **attributes: str | float) -> Markup:
    """Build one element; text in children and attributes is escaped, markup in children is kept.

    Args:
        name: The element, such as "rect".
        children: Elements, or text.
        attributes: Names as in SVG, with `_` for `-`; a trailing `_` is dropped (`class_`).
    """
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    shown = Markup("").join(Markup(' {}="{}"').format(key, written(value)) for key, value in pairs)
    return Markup("<{0}{1}>{2}</{0}>").format(name, shown, Markup("").join(children))


def written(value: str | float) -> str:
    """Write an attribute: a number with at most two decimals, text as it is."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def percent(part: float, whole: float) -> str:
    """Write a length as percent of the drawing's width; 0% of nothing."""
    return f"{written(100.0 * part / whole if whole else 0.0)}%"
