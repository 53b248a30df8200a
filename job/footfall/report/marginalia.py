"""What stands on and under the map: the north arrow, the scale bar, the position of its middle.

There is no layer of streets below the places. Tiles are asked of a server, which a page that opens offline cannot do,
and which would learn what its reader looks at; a drawing of all streets is too large to ship.
"""

from markupsafe import Markup

from footfall.report.projection import Canvas, scale_bar
from footfall.report.svg import tag
from footfall.report.words import position


def north_arrow() -> Markup:
    """Draw the arrow that points up, with its letter."""
    arrow = tag("path", d="M10 1L16 18L10 14L4 18Z")
    letter = tag("text", "N", x=10, y=31)
    return tag(
        "svg", arrow, letter, class_="north", viewBox="0 0 20 34", role="img", aria_label="North is up"
    )


def scale_line(drawing: Canvas) -> Markup:
    """Draw the scale bar and the position of the middle on a line of their own under the map, as wide as the map.

    The attributes tell the script where the drawing lies: its middle in degrees, and its units for each degree.
    """
    bar = scale_bar(drawing)
    end = f"{100 * bar.part:.4g}%"
    ends = [tag("line", x1=x, x2=x, y1=2, y2=8) for x in (0, end)]
    line = tag("line", x1=0, x2=end, y1=8, y2=8)
    label = tag("text", bar.label, x=0, y=24)
    middle = tag("text", f"middle {position(drawing.lat, drawing.lon)}", x="100%", y=24, class_="position")
    where = {
        "data_lon": f"{drawing.lon:.7f}",
        "data_lat": f"{drawing.lat:.7f}",
        "data_lon_units": f"{drawing.lon_units:.6f}",
        "data_lat_units": f"{drawing.lat_units:.6f}",
    }
    return tag(
        "svg", *ends, line, label, middle, class_="scale", height=28, role="img", aria_label="Scale", **where
    )
