"""Device ids are searched for in everything that commands leave, in every form in which they travel."""

import base64
import contextlib
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.cli import main
from footfall.shuffle.fingerprints import fingerprints
from tests.run.conftest import PLACES

IDS = [f"tr4c3-{Random(n).randrange(1 << 64):016x}" for n in range(12)]  # noqa: S311 (invented ids)
ODD = "tr4c3-<b>&\"' \u00e9"
"""An id that pages, JSON and CSV write each in its own way; its first part is looked for."""

BAD = (",yesterday,0.5,0.5", ",2023-03-01 12:00:00,north,0.5", ",2023-03-01 12:00:00,0,0", ",2023-03-01")
"""What may follow an id in a row that cannot be used."""

SETTINGS = """
pings: {path: pings.csv}
places: {path: places.geojson, columns: {name: name}}
output: out
days: {from: 2023-02-27, to: 2023-03-05}
allow_empty: true
period: week
look_back: 7
panel: {count: true}
privacy: {k: 1}
lineage: lineage.jsonl
quality: {max_quarantined_share: 1}
"""
COMMANDS = (
    ("run", "run --settings settings.yaml"),
    ("refused run", "run --settings settings.yaml --quality-max-quarantined-share 0.01"),
    ("plan", "plan --settings settings.yaml"),
    ("verify", "verify --settings settings.yaml --day 2023-03-01"),
    ("runs", "runs --settings settings.yaml"),
    ("days", "runs --settings settings.yaml --by day"),
    ("report", "report last --settings settings.yaml"),
    ("metrics", "metrics --settings settings.yaml"),
    ("site", "site site --settings settings.yaml"),
    ("place", "explain place A --day 2023-03-01 --settings settings.yaml"),
    ("number", "explain number A --day 2023-03-01 --settings settings.yaml"),
    ("diff", "diff 2023-03-01 2023-03-02 --settings settings.yaml --html diff.html"),
    ("CSV", "export days.csv --settings settings.yaml"),
    ("GeoJSON", "export days.geojson --settings settings.yaml"),
    ("weeks", "export weeks.csv --by week --settings settings.yaml"),
)


def rows() -> Iterator[str]:
    """Sound rows of each device in both places on two days, and each way to be bad."""
    for number, device in enumerate(IDS):
        for day in (1, 2):
            yield f"{device},2023-03-0{day} 10:{number:02}:00,{0.5 + 2 * (number % 2)},0.5"
        yield f"{device}{BAD[number % len(BAD)]}"
    quoted = ODD.replace('"', '""')
    yield f'"{quoted}",2023-03-01 10:00:00,0.5,0.5'
    yield f'"{quoted}",2023-03-01 10:00:00,north,0.5'


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What all commands wrote and said, by its name; but for the input and the quarantine."""
    folder = tmp_path_factory.mktemp("traces")
    (folder / "pings.csv").write_text("device,at,lon,lat\n" + "".join(f"{row}\n" for row in rows()))
    (folder / "places.geojson").write_text(PLACES)
    (folder / "settings.yaml").write_text(SETTINGS)
    said = {}
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.delenv("FOOTFALL_DEBUG", raising=False)
        for name, words in COMMANDS:
            said[f"words of {name}"] = spoken(words)
        patch.setattr("footfall.report.html.render", break_down)
        said["words of a defect"] = spoken("run --settings settings.yaml")
    files = [path for path in folder.rglob("*") if path.is_file() and "quarantine" not in path.parts]
    return said | {
        str(path.relative_to(folder)): path.read_bytes() for path in files if path.name != "pings.csv"
    }


def break_down(*_: object, **__: object) -> str:
    """Be wrong, with a row in the text of the exception."""
    raise ZeroDivisionError(f"{IDS[0]},2023-03-01")


def spoken(words: str) -> bytes:
    """All that a command says, and its exit code."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(words.split())
    return said.buffer.getvalue() + f"\nexit code {code}".encode()


def forms(device: str) -> dict[str, bytes]:
    """An id in every form in which it might be left."""
    text = device.encode()
    high, low = (int(part[0]) for part in fingerprints(pa.array([device])))
    hashes = {
        "murmur3": high.to_bytes(8, "little") + low.to_bytes(8, "little"),
        "its first half": high.to_bytes(8, "little"),
        "its second half": low.to_bytes(8, "little"),
        "its first half, the other way round": high.to_bytes(8, "big"),
        "its second half, the other way round": low.to_bytes(8, "big"),
        **{name: hashlib.new(name, text).digest() for name in ("md5", "sha1", "sha256")},
    }
    found = {"plain": text, "UTF-16": device.encode("utf-16-le"), **hashes}
    for name, each in list(found.items()):
        found[f"{name} in hexadecimal"] = each.hex().encode()
        # three ways to fall into groups of three bytes; the ends depend on what is beside it
        for shift in range(3):
            whole = slice(4 if shift else 0, 4 * ((shift + len(each)) // 3))
            found[f"{name} in base64, {shift}"] = base64.b64encode(b"\0" * shift + each)[whole]
    return found | {"as numbers": str(high).encode(), "as other numbers": str(low).encode()}


def opened(name: str, content: bytes) -> bytes:
    """A file and what it holds inside: columns of Parquet are packed."""
    if not name.endswith(".parquet"):
        return content
    table = pq.read_table(io.BytesIO(content))
    return content + json.dumps(table.to_pylist(), default=str, ensure_ascii=False).encode()


def test_every_command_did_what_it_should(left: dict[str, bytes]) -> None:
    """Else there would be nothing to search."""
    codes = {name: said.rsplit(b" ", 1)[1] for name, said in left.items() if name.startswith("words of ")}
    expected = dict.fromkeys(codes, b"0") | {
        "words of refused run": b"4",
        "words of diff": b"1",
        "words of a defect": b"8",
    }
    assert codes == expected, {name: left[name][-600:] for name in codes if codes[name] != expected[name]}
    names = {Path(name).name for name in left if not name.startswith("words of ")}
    assert {
        "manifest.json",
        "report.html",
        "report.json",
        "alive.json",
        "trace.txt",
        "lineage.jsonl",
    } <= names
    assert {"index.html", "diff.html", "days.csv", "days.geojson", "weeks.csv"} <= names
    assert {"footfall.parquet", "footfall_week.parquet"} <= names


def test_no_file_and_no_word_holds_a_device_id(left: dict[str, bytes]) -> None:
    """Plain, hashed as in the shuffle or otherwise, in hexadecimal or base64; the quarantine alone has rows."""
    contents = {name: opened(name, content) for name, content in left.items()}
    wanted = [(device, form, text) for device in IDS for form, text in forms(device).items()]
    wanted += [(ODD, "its first part", ODD[:6].encode())]
    found = [(name, *what) for name, content in contents.items() for *what, text in wanted if text in content]
    assert found == []


def test_the_search_finds_what_is_there() -> None:
    """In each form, also in the middle of base64 of a longer text."""
    for form, text in forms(IDS[0]).items():
        assert len(text) >= 6, form
    packed = pa.BufferOutputStream()
    pq.write_table(pa.table({"device": [IDS[0]] * 9}), packed, compression="zstd")
    assert IDS[0].encode() in opened("a.parquet", packed.getvalue().to_pybytes())
    for shift in range(3):
        row = base64.b64encode(b"x" * shift + IDS[0].encode() + b",2023-03-01")
        assert any(text in row for form, text in forms(IDS[0]).items() if form.startswith("plain in base64"))
