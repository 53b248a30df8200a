"""Which texts name the same device, and which name none."""

import hashlib
import re
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.read.pings.devices import devices
from footfall.settings.inputs import NULL_DEVICES

ID = "550e8400-e29b-41d4-a716-446655440000"
DIGITS = "550e8400e29b41d4a716446655440000"
DIGEST = hashlib.sha256(b"d").hexdigest()


def compared(*texts: str | None) -> list[str | None]:
    """The texts in the spelling that is compared."""
    return list(devices(pa.array(texts, pa.string()), NULL_DEVICES).compared.to_pylist())


def missing(*texts: str | None, words: tuple[str, ...] = NULL_DEVICES) -> list[bool]:
    """Which texts stand for no device."""
    return list(devices(pa.array(texts, pa.string()), words).missing.tolist())


@pytest.mark.parametrize("spelled", ["d0 ", "  d0", "\td0\t", "d0\0\0", "d0\r"])
def test_blanks_around_an_id_are_no_part_of_it(spelled: str) -> None:
    """A column of fixed width pads its ids."""
    assert compared(spelled, "d0", "d 0") == ["d0", "d0", "d 0"]


@pytest.mark.parametrize(
    ("spelled", "same"),
    [
        ("1000.0", "1000"),
        ("1000.000", "1000"),
        ("-7.0", "-7"),
        ("0.0", "0"),
        ("1000.5", "1000.5"),
        ("1000.50", "1000.50"),
        ("1.0.0", "1.0.0"),
        ("a1.0", "a1.0"),
        (".0", ".0"),
        ("-.0", "-.0"),
        ("1.", "1."),
        ("0007", "0007"),
        ("100", "100"),
    ],
)
def test_a_whole_number_is_the_same_with_a_zero_fraction(spelled: str, same: str) -> None:
    """Which is what spreadsheets and data frames make of whole numbers beside missing ones; nothing else is changed."""
    assert compared(spelled) == [same]


@pytest.mark.parametrize(
    "spelled",
    [
        ID,
        ID.upper(),
        ID.replace("-", ""),
        ID.replace("-", "").upper(),
        f"{{{ID.upper()}}}",
        f" {ID} ",
        ID.title(),
    ],
)
def test_a_uuid_is_one_device_however_it_is_spelled(spelled: str) -> None:
    """In either case, with dashes, without them, and in braces."""
    assert compared(spelled) == [DIGITS]


@pytest.mark.parametrize(
    "digits", [DIGEST, hashlib.sha1(b"d", usedforsecurity=False).hexdigest(), DIGEST * 2]
)
def test_a_digest_is_the_same_in_either_case(digits: str) -> None:
    """SHA-1, SHA-256 and longer ones."""
    assert compared(digits, digits.upper()) == [digits, digits]


@pytest.mark.parametrize(
    "text",
    [
        "ABCDEF0123456789",
        "A" * 31,
        "G" * 32,
        "é" * 32,
        f"x{ID.upper()}",
        "-" * 40,
        ID.upper()[:-1],
        f"{ID.upper()}G",
    ],
)
def test_other_capital_letters_make_another_device(text: str) -> None:
    """Below 32 hexadecimal digits, and with any other letter, case may tell devices apart."""
    assert compared(text) == [text]


def by_definition(text: str) -> str:
    """The spelling that is compared, as the definitions have it, letter by letter."""
    text = text.strip("".join(map(chr, range(33))))
    inner = text[1:-1] if text[:1] == "{" and text[-1:] == "}" else text
    digits = inner.replace("-", "")
    if len(text) >= 32 and len(digits) >= 32 and set(digits) <= set("0123456789abcdefABCDEF"):
        return digits.lower()
    number = re.fullmatch(r"(-?[0-9]+)\.0+", text)
    return number[1] if number else text


@given(
    st.lists(
        st.one_of(
            st.text(" -.0aF9{}x", max_size=6),
            st.text("0123456789abcdefABCDEF-", min_size=30, max_size=70),
            st.builds(
                lambda u, e: e[0] + str(u) + e[1], st.uuids(), st.sampled_from(["  ", "{}", "x ", "-0"])
            ),
            st.builds(lambda u, at: str(u)[:at] + "g" + str(u)[at + 1 :], st.uuids(), st.integers(0, 35)),
            st.builds(lambda u: u.hex.upper(), st.uuids()),
            st.uuids().map(str),
        ),
        max_size=12,
    )
)
@settings(max_examples=300, deadline=None)
def test_ids_are_compared_as_the_definition_says(texts: list[str]) -> None:
    """Compiled code looks at eight bytes at once; the definition reads letter by letter."""
    assert compared(*texts) == [by_definition(text) for text in texts]


def test_few_among_many_are_respelled(tmp_path: Path) -> None:
    """Nulls stay, empty texts stay, and neighbours are as they were; also in a slice of a longer column."""
    texts = ["x", None, "a", " b ", "", ID.upper(), "é", None, "c"]
    found = devices(pa.array(texts).slice(1), NULL_DEVICES)
    assert found.compared.to_pylist() == [None, "a", "b", "", DIGITS, "é", None, "c"]
    assert found.missing.tolist() == [True, False, False, True, False, False, True, False]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "",
            " ",
            "\\N",
            "NULL",
            "null",
            "Null",
            "None",
            "NaN",
            "nan",
            "N/A",
            "undefined",
            '""',
            " NULL ",
            "(null)",
        ),
        *("00000000-0000-0000-0000-000000000000", "0" * 32, f"{{{UUID(int=0)}}}", f" {'0' * 32}"),
        *(hashlib.new(name, b"").hexdigest() for name in ("md5", "sha1", "sha256")),
        hashlib.sha256().hexdigest().upper(),
        str(UUID(hashlib.md5(b"", usedforsecurity=False).hexdigest())),
    ],
)
def test_words_for_nothing_are_no_devices(word: str) -> None:
    """Of files, databases and phones whose owners have turned their advertising id off."""
    assert missing(word, "d0") == [True, False]


@pytest.mark.parametrize("text", ["0", "nulls", "N", "\\", "0" * 31, "0" * 33, f"{'0' * 31}1", "nano", "00"])
def test_what_only_looks_like_nothing_is_a_device(text: str) -> None:
    """A word stands for nothing where it is the whole id."""
    assert missing(text) == [False]


def test_the_words_for_nothing_are_a_setting() -> None:
    """Those that are given are the only ones; a blank id is none in any case."""
    assert missing("0", "NULL", "Lost phone", "", words=("0", "lost PHONE")) == [True, False, True, True]
    assert missing("NULL", ID, " ", words=()) == [False, False, True]
