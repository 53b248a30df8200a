"""The invented town of Puerto Nuevo: its places, in metres east and north of a corner of its streets."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

import numpy as np
from numpy.typing import NDArray

Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]
Floats = NDArray[np.float64]

TIME_ZONE = "America/Guatemala"
CORNER_LON, CORNER_LAT = -90.505, 14.605
METRES_PER_DEGREE_LON, METRES_PER_DEGREE_LAT = 107_700.0, 110_650.0


@dataclass(frozen=True)
class Trade:
    """What people do in a kind of place: opening hours, and how many minutes a visit takes."""

    opens: int
    closes: int
    shortest: int
    longest: int


TRADES = {
    "bakery": Trade(6, 19, 3, 15),
    "bank": Trade(9, 16, 8, 40),
    "cafe": Trade(7, 21, 15, 90),
    "cinema": Trade(13, 24, 100, 150),
    "clothes": Trade(9, 19, 8, 45),
    "fuel": Trade(0, 24, 4, 12),
    "groceries": Trade(8, 21, 8, 55),
    "gym": Trade(5, 22, 40, 110),
    "hardware": Trade(8, 18, 6, 30),
    "hospital": Trade(0, 24, 30, 300),
    "hotel": Trade(0, 24, 60, 600),
    "kiosk": Trade(6, 20, 2, 8),
    "library": Trade(9, 18, 20, 180),
    "mall": Trade(10, 21, 15, 150),
    "market": Trade(6, 17, 10, 75),
    "park": Trade(6, 20, 10, 120),
    "pharmacy": Trade(7, 22, 4, 15),
    "restaurant": Trade(11, 23, 30, 110),
    "school": Trade(7, 18, 120, 360),
    "transit": Trade(4, 23, 4, 25),
    "warehouse": Trade(8, 17, 20, 60),
}


@dataclass(frozen=True)
class Site:
    """A place of the town.

    Attributes:
        place_id: Its key.
        name: Its name.
        category: A key of `TRADES`.
        polygons: Rings in metres, the outer one first, then holes; more than one polygon for a campus.
        spot: Where its people stand: centre x, centre y, half width, half height, in metres.
        weight: How often people choose it; nobody goes to a place of weight 0.
    """

    place_id: str
    name: str
    category: str
    polygons: tuple[Polygon, ...]
    spot: tuple[float, float, float, float]
    weight: float


def rectangle(x: float, y: float, width: float, height: float) -> Ring:
    """The ring of a rectangle, counterclockwise from its lower left corner."""
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))


_SITES = (
    # name, category, x, y, width, height, weight; first those of a shape of their own or inside others
    ("Mercado de Puerto Nuevo", "market", 525, 395, 100, 95, 14.0),
    ("Galerías del Faro", "mall", 785, 395, 230, 105, 9.0),
    ("Zapatería Ancla", "clothes", 790, 400, 40, 35, 4.0),
    ("Café Brújula", "cafe", 790, 457, 38, 38, 6.0),
    ("Instituto Técnico del Puerto", "school", 135, 655, 95, 90, 8.0),
    ("Parque de las Jacarandas", "park", 525, 540, 170, 120, 7.0),
    ("Kiosco del Patio", "kiosk", 571, 440, 8, 6, 4.0),
    ("Bodega Vieja", "warehouse", 1010, -165, 48, 38, 0.0),
    ("Hospital San Telmo", "hospital", 1050, 655, 100, 80, 5.0),
    ("Terminal de Buses", "transit", 660, 10, 95, 50, 10.0),
    ("Librería Marea", "clothes", 835, 400, 45, 35, 3.0),
    ("Juguetería Velero", "clothes", 885, 400, 45, 35, 2.5),
    ("Óptica Horizonte", "clothes", 940, 400, 40, 32, 1.5),
    ("Cine Bahía", "cinema", 935, 440, 75, 56, 4.0),
    ("Hotel Mirador", "hotel", 920, 140, 55, 45, 2.5),
    ("Gasolinera Ruta Sur", "fuel", 400, 10, 48, 36, 5.0),
    ("Gasolinera El Cruce", "fuel", 1180, 400, 46, 38, 4.0),
    ("Biblioteca Municipal", "library", 400, 525, 50, 42, 3.0),
    ("Gimnasio Marea Alta", "gym", 275, 275, 42, 36, 3.5),
    ("Caja de Ahorro del Puerto", "bank", 530, 275, 38, 32, 4.0),
    ("Panadería La Espiga", "bakery", 405, 400, 30, 26, 6.0),
    ("Panadería Doña Rosaura", "bakery", 145, 410, 28, 28, 4.0),
    ("Panadería El Trigal", "bakery", 1060, 275, 30, 26, 3.5),
    ("Abarrotes La Esquina", "groceries", 20, 280, 32, 30, 4.0),
    ("Súper Buenaventura", "groceries", 270, 400, 85, 70, 11.0),
    ("Súper Las Lomas", "groceries", 1050, 525, 75, 60, 8.0),
    ("Farmacia San Roque", "pharmacy", 480, 275, 30, 26, 4.0),
    ("Farmacia del Alba", "pharmacy", 925, 655, 30, 28, 4.0),
    ("Ferretería El Yunque", "hardware", 150, 150, 50, 40, 4.0),
    ("Ferretería Martillo de Oro", "hardware", 1190, 150, 45, 40, 2.5),
    ("Restaurante La Ceiba", "restaurant", 665, 280, 42, 36, 5.0),
    ("Comedor Tía Chayo", "restaurant", 400, 150, 30, 28, 4.5),
    ("Restaurante Los Faroles", "restaurant", 790, 545, 44, 38, 4.0),
    ("Pizzería Mar y Leña", "restaurant", 20, 540, 34, 30, 3.0),
    ("Café Dos Volcanes", "cafe", 665, 400, 32, 28, 5.0),
    ("Café de la Estación", "cafe", 670, 145, 30, 28, 4.5),
    ("Telas y Modas Quetzalí", "clothes", 275, 530, 36, 32, 2.5),
    ("Kiosco de la Terminal", "kiosk", 715, 75, 9, 6, 5.0),
    ("Kiosco del Hospital", "kiosk", 1032, 690, 6, 8, 4.0),
    ("Kiosco Jacaranda", "kiosk", 700, 610, 7, 7, 3.0),
)

_COURTYARD: Ring = ((553, 422), (553, 464), (597, 464), (597, 422), (553, 422))
_PARK: Ring = (
    *((525, 560), (548, 542), (600, 540), (660, 545), (690, 566), (695, 610)),
    *((678, 642), (630, 660), (585, 652), (552, 655), (530, 625), (525, 560)),
)
_CAMPUS_EAST: Ring = ((268, 655), (350, 655), (350, 745), (310, 745), (310, 700), (268, 700), (268, 655))

_SHAPES: dict[str, tuple[Polygon, ...]] = {
    "Mercado de Puerto Nuevo": ((rectangle(525, 395, 100, 95), _COURTYARD),),
    "Instituto Técnico del Puerto": ((rectangle(135, 655, 95, 90),), (_CAMPUS_EAST,)),
    "Parque de las Jacarandas": ((_PARK,),),
}
_SPOTS = {
    "Mercado de Puerto Nuevo": (575.0, 442.0, 42.0, 40.0),
    "Galerías del Faro": (875.0, 446.0, 45.0, 6.0),
    "Instituto Técnico del Puerto": (242.0, 678.0, 100.0, 16.0),
}

_SUBURB_PITCH = 60.0
_TWELVE_SIDES = ((1.0, 0.0), (0.866, 0.5), (0.5, 0.866))
_SUBURB_TRADES = ("groceries", "clothes", "restaurant", "pharmacy", "bakery", "cafe", "hardware")


def town(places: int) -> tuple[Site, ...]:
    """The first `places` places: forty drawn by hand, and after them suburbs of shops."""
    return tuple(islice(_all_sites(places), places))


def _all_sites(places: int) -> Iterator[Site]:
    for number, (name, category, x, y, width, height, weight) in enumerate(_SITES, start=1):
        polygons = _SHAPES.get(name, ((rectangle(x, y, width, height),),))
        centre = (x + width / 2, y + height / 2, max(width / 2 - 9, 0.5), max(height / 2 - 9, 0.5))
        yield Site(f"PN-{number:03d}", name, category, polygons, _SPOTS.get(name, centre), weight)
    side = 1
    while side * side < places:
        side += 1
    for number in count():
        yield _suburban_shop(number, side)


def _suburban_shop(number: int, side: int) -> Site:
    """A round shop of twelve sides on a square grid north of the streets, `side` shops a row."""
    x, y = (number % side) * _SUBURB_PITCH, 900 + (number // side) * _SUBURB_PITCH
    radius = 14.0 + number * 7 % 12
    quarter = [(radius * east, radius * north) for east, north in _TWELVE_SIDES]
    half = [*quarter, *((-north, east) for east, north in quarter)]
    ring = [*half, *((-east, -north) for east, north in half), half[0]]
    outer = tuple((x + east, y + north) for east, north in ring)
    category = _SUBURB_TRADES[number % len(_SUBURB_TRADES)]
    key = number + len(_SITES) + 1
    return Site(f"PN-{key:03d}", f"Tienda {key}", category, ((outer,),), (x, y, radius / 2, radius / 2), 1.0)


def to_degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude of metres in the town, whose streets run 16 degrees off the compass."""
    east, north = (24.0 * x - 7.0 * y) / 25.0, (7.0 * x + 24.0 * y) / 25.0
    lon = np.round(CORNER_LON + east / METRES_PER_DEGREE_LON, 6)
    lat = np.round(CORNER_LAT + north / METRES_PER_DEGREE_LAT, 6)
    return lon, lat
