"""KML and GML: every feature is read, in whatever folder, with its text as it is written."""

import zipfile
from pathlib import Path

import pytest
import shapely
from place_tables import FAR, NEXT, SQUARE, ids, named, read, refusal, shape, table, written

KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'


def text(path: Path, content: str) -> Path:
    """Write a file of text."""
    path.write_text(content, encoding="utf-8")
    return path


ROOT = Path(__file__).parents[2]
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'


def placemark(place_id: str, shape: shapely.Geometry = SQUARE, more: str = "") -> str:
    """A Placemark with its id among its data."""
    points = " ".join(f"{x},{y},5" for x, y in shape.exterior.coords)
    ring = f"<LinearRing><coordinates>\n{points}\n</coordinates></LinearRing>"
    holes = "".join(
        "<innerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing></innerBoundaryIs>".format(
            " ".join(f"{x},{y}" for x, y in hole.coords)
        )
        for hole in shape.interiors
    )
    data = f'<ExtendedData><Data name="place_id"><value>{place_id}</value></Data></ExtendedData>'
    polygon = f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs>{holes}</Polygon>"
    return f'<Placemark id="m{place_id}"><name>n{place_id}</name>{data}{polygon}{more}</Placemark>'


def test_every_placemark_of_kml_is_read_in_whatever_folder(tmp_path: Path) -> None:
    """Its data, its name and its own id are columns; heights are dropped, holes stay."""
    ring = shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 3, 3)
    folders = f"<Folder><name>x</name>{placemark('007')}<Folder>{placemark('1.10', NEXT)}</Folder></Folder>"
    path = text(tmp_path / "a.kml", KML.format(folders + placemark("3", ring)))
    found = read(path, columns={"name": "name"})
    assert named(found) == [("007", "n007"), ("1.10", "n1.10"), ("3", "n3")]
    assert shape(found, 2).equals(ring)
    assert (found.crs, found.notes) == ("EPSG:4326", ())
    assert ids(read(path, columns={"place_id": "id"})) == ["m007", "m1.10", "m3"]
    assert refusal(path, crs="EPSG:3857").what.startswith("The file states WGS 84")


def test_kml_may_be_zipped_and_its_schema_be_any(tmp_path: Path) -> None:
    """As GDAL writes it, and as KMZ with pictures."""
    path = written(tmp_path / "a.kml", table(SQUARE, FAR, name=["é", "b"]), driver="LIBKML")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.write(path, "doc.kml")
        archive.writestr("files/a.png", b"x")
    for each in (path, tmp_path / "a.kmz"):
        assert named(read(each, columns={"name": "name"})) == [("p1", "é"), ("p2", "b")]


def test_what_kml_holds_beside_placemarks_is_said(tmp_path: Path) -> None:
    """Links to other files are not followed; a Placemark without a polygon is named."""
    others = "<NetworkLink><Link><href>b.kml</href></Link></NetworkLink><GroundOverlay/><GroundOverlay/>"
    bare = '<Placemark><ExtendedData><Data name="place_id"><value>z</value></Data></ExtendedData></Placemark>'
    found = read(text(tmp_path / "a.kml", KML.format(placemark("a") + others + bare)))
    assert ids(found) == ["a"]
    assert found.notes == (
        "The file holds what is no Placemark, and is not read: 2 GroundOverlay, 1 NetworkLink.",
        "Features were left out, because they have no geometry that can be read: 2.",
    )
    line = "<LineString><coordinates>0,0 1,1</coordinates></LineString>"
    path = text(tmp_path / "b.kml", KML.format(placemark("a", more=line)))
    assert refusal(path).what == "Features are not polygons: 1 (GeometryCollection)"


@pytest.mark.parametrize("cut", [30, 200, -10])
def test_kml_that_is_not_whole_is_refused(tmp_path: Path, cut: int) -> None:
    """As XML, and with Placemarks inside Placemarks."""
    path = text(tmp_path / "a.kml", KML.format(placemark("a") + placemark("b", NEXT))[:cut])
    assert "XML is damaged" in refusal(path).what
    nested = placemark("a", more=placemark("b", NEXT))
    assert "begins within another" in refusal(text(tmp_path / "b.kml", KML.format(nested))).what


GML = (
    '<x:FeatureCollection xmlns:x="http://x" xmlns:gml="http://www.opengis.net/gml">{}</x:FeatureCollection>'
)
SHOP = (
    "<gml:featureMember><x:shop><x:place_id>{}</x:place_id><x:geom><gml:Polygon srsName='EPSG:4326'>"
    "<gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>0,0 0,1 1,1 0,0</gml:coordinates></gml:LinearRing>"
    "</gml:outerBoundaryIs></gml:Polygon></x:geom></x:shop></gml:featureMember>"
)


def test_text_of_gml_stays_text_and_nothing_is_written_beside_it(tmp_path: Path) -> None:
    """Numbers with zeros, times; features of other kinds without a shape are said."""
    other = "<gml:featureMember><x:street><x:place_id>9</x:place_id></x:street></gml:featureMember>"
    shops = "".join(SHOP.format(each) for each in ("007", "1.10"))
    path = text(tmp_path / "a.gml", GML.format(shops + other))
    found = read(path, same_id="merge")
    assert ids(found) == ["007", "1.10"]
    assert found.notes == ("Features without any geometry, of other kinds, were left out: street (1).",)
    assert [each.name for each in tmp_path.iterdir()] == ["a.gml"]
