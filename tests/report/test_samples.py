"""Samples of quarantined rows: what readers see, and that no device id is among it."""

import pytest

from footfall.report.samples import LONGEST, masked, samples

UUID = "5c1fe2aa-90b3-4a1e-9d2c-0a7be5d1f003"

# Reason, device as it was read, raw text, and what may be shown of it.
SHOWN = [
    (
        "coordinate_zero",
        UUID,
        f"{UUID},0.0,0.0,2023-03-01 10:14:02",
        "[device],0.0,0.0,2023-03-01 10:14:02",
    ),
    ("coordinate_zero", "maria", "0.0;maria;0.0;maria", "0.0;[device];0.0;[device]"),
    (
        "wrong_type:at",
        "maria",
        "maria,14.6,-90.5,2023-03-01T25:00:00Z",
        "[device],14.6,-90.5,2023-03-01T25:00:00Z",
    ),
    ("wrong_type:lat", "maria", "maria,abc,-90.5", "[device],abc,-90.5"),
    ("wrong_type:lat", "dev", "dev,abc,-90.5", "[device],abc,-90.5"),
    ("wrong_type:lat", "a.c", "a.c,abc,-90.5", "[device],abc,-90.5"),
    ("wrong_type:lat", "maria", f"maria,abc,{UUID}", "[device],abc,[hidden]"),
    ("wrong_type:lat", "maria", "maria,abc,358240051111110", "[device],abc,[hidden]"),
    ("wrong_type:lon", 'a "b" c', '"a ""b"" c",14.6,x', '"[device]",14.6,x'),
    (
        "wrong_type:lon",
        'a "b" \\c',
        r'{"device":"a \"b\" \\c","lon":null}',
        '{"device":"[device]","lon":null}',
    ),
    (
        "coordinate_zero",
        UUID,
        f'{{"device":"{UUID}","at":"2023-03-01T10:14:02.000Z","lat":0.0}}',
        '{"device":"[device]","at":"2023-03-01T10:14:02.000Z","lat":0.0}',
    ),
    ("coordinate_zero", "4711", '{"device":4711,"lat":0.0}', '{"device":[device],"lat":0.0}'),
    (
        "missing_field:device",
        None,
        '{"device":null,"lat":14.6,"lon":-90.5}',
        '{"device":null,"lat":14.6,"lon":-90.5}',
    ),
    ("missing_field:device", "", ",14.6,-90.5,2023-03-02 18:00:41", ",14.6,-90.5,2023-03-02 18:00:41"),
    ("missing_field:device", " ", " ,14.6, -90.5", " ,14.6, -90.5"),
    ("unreadable_row", None, f'{UUID},14.61,"-90.51', '[hidden],14.61,"-90.51'),
    ("unreadable_row", None, "maria,14.61", "[hidden],14.61"),
    ("unreadable_row", None, "4711,14.61,,2023-03-01,10:14", "[hidden],14.61,,2023-03-01,10:14"),
    (
        "unreadable_row",
        None,
        "14.61;-90.5;2023-03-01T10:14:02Z;maria",
        "14.61;-90.5;2023-03-01T10:14:02Z;[hidden]",
    ),
    ("unreadable_row", None, "10.0.0.17|14.61|-90.51", "[hidden]|14.61|-90.51"),
    ("unreadable_row", None, "Xk3+a/Zq9==\t14.61\t2023-0", "[hidden]\t14.61\t[hidden]"),
    ("unreadable_row", None, "maria^14.61^-90.51", "[hidden]"),
    ("unreadable_row", None, "", ""),
]


@pytest.mark.parametrize(("reason", "device", "raw", "shown"), SHOWN)
def test_what_may_be_shown_of_a_row(reason: str, device: str | None, raw: str, shown: str) -> None:
    """Its device is hidden in every spelling, other ids as well, and of torn rows all but coordinates and times."""
    assert masked(reason, device, raw) == shown


def test_long_rows_are_cut_after_they_were_masked() -> None:
    """An id at the cut would else be shown by half."""
    raw = "." * (LONGEST - 4) + UUID + "." * 200
    assert masked("coordinate_zero", UUID, raw) == "." * (LONGEST - 4) + "[dev …"


def test_each_reason_shows_its_first_three_rows_by_file_and_line() -> None:
    """The same ones whatever the order in which they come; without any row, nothing."""
    maria = {"reason": "coordinate_zero", "device": "maria"}
    torn = {"reason": "unreadable_row", "file": "a.csv", "device": None}
    rows = [
        maria | {"file": "b.csv", "line": 1, "raw": "maria,0,1"},
        maria | {"file": "a.csv", "line": 14, "raw": "maria,0,14"},
        maria | {"file": "a.csv", "line": 3, "raw": "maria,0,3"},
        torn | {"line": 7, "raw": None},
        maria | {"file": "a.csv", "line": 2, "raw": "maria,0,2"},
        torn | {"line": 5, "raw": "maria,14.6"},
    ]
    expected = {
        "coordinate_zero": [{"raw": f"[device],0,{n}", "file": "a.csv", "line": n} for n in (2, 3, 14)],
        "unreadable_row": [
            {"raw": "[hidden],14.6", "file": "a.csv", "line": 5},
            {"raw": "", "file": "a.csv", "line": 7},
        ],
    }
    assert samples(rows) == samples(rows[::-1]) == expected
    assert samples([]) == {}
