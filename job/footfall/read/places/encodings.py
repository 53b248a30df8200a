"""Decodes text in the encoding that the file states, that the settings name, or else UTF-8; never by guess."""

from pathlib import Path

from footfall.errors import InputError

UTF8 = "utf-8-sig"
_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_TRIED = ("cp932", "latin-1")


def decode(content: bytes, encoding: str | None, named: Path, what: str = "the file of places") -> str:
    """The text of bytes, without a byte order mark.

    Args:
        content: All bytes of the text.
        encoding: That of the settings; None for UTF-8.
        named: The file, for messages.
        what: What holds the text, for messages.

    Raises:
        InputError: The bytes are not text of that encoding.
    """
    wide = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if wide and encoding is None:
        raise _wrong(what, "UTF-8", f"it is {wide}", wide.lower(), named)
    try:
        return content.decode(encoding or UTF8).removeprefix("\ufeff")
    except UnicodeError as failure:
        at = getattr(failure, "start", 0)
        found = (
            f"it has the byte 0x{content[at]:02x} after {at} bytes" if at < len(content) else "it is cut off"
        )
        raise _wrong(what, encoding or "UTF-8", found, likely(content), named) from failure


def likely(content: bytes) -> str:
    """Encodings that the bytes could have, as words for an error."""
    fits = []
    for each in _TRIED:
        try:
            content.decode(each)
        except UnicodeDecodeError:
            continue
        fits.append(each)
    return " or ".join(fits)


def _wrong(what: str, encoding: str, found: str, fits: str, named: Path) -> InputError:
    return InputError(
        f"The encoding of {what} is not {encoding}: {found}",
        where=f"places.path: {named}, setting places.encoding",
        fix=f"Say by places.encoding how the text is written, as {fits}, or write the file again in UTF-8.",
    )
