"""Numbers with their nouns."""


def counted(value: int, noun: str, nouns: str = "") -> str:
    """Write a number with its noun: "1 visit", "8,123 visits", "2 boundaries" where the plural is given."""
    return f"{value:,} {noun if value == 1 else nouns or noun + 's'}"
