"""Numbers with their nouns."""


def counted(value: int, noun: str, nouns: str = "") -> str:
    """A number with its noun: "1 visit", "8,123 visits"; "2 boundaries" with the plural given as `nouns`."""
    return f"{value:,} {noun if value == 1 else nouns or noun + 's'}"
