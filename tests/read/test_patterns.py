"""Times by datetime patterns: what each letter reads, and which patterns are refused."""

import pytest
from tests.read.time_tables import BAD, NEVER, read_times

from footfall.errors import SettingsError
from footfall.read.pings.times import check_format

READ = [
    ("dd/MM/yyyy HH:mm:ss", "01/03/2023 09:05:00", "2023-03-01 09:05:00"),
    ("dd/MM/yyyy HH:mm:ss", "1/3/2023 09:05:00", BAD),
    ("dd/MM/yyyy HH:mm:ss", " 01/03/2023 09:05:00 ", "2023-03-01 09:05:00"),
    ("d/M/y H:m:s", "1/3/2023 9:5:0", "2023-03-01 09:05:00"),
    ("d/M/y H:m:s", "01/03/2023 09:05:00", "2023-03-01 09:05:00"),
    ("d/M/y H:m:s", "1/3/23 9:5:0", "0023-03-01 09:05:00"),
    ("dd.MM.yy HH:mm", "01.03.23 09:05", "2023-03-01 09:05:00"),
    ("uuuu-MM-dd HH", "2023-03-01 09", "2023-03-01 09:00:00"),
    ("yyyy-MM-dd HH", "02023-03-01 09", BAD),
    ("yyyy-MM-dd HH", "0000-03-01 09", BAD),
    ("yyyy-MM-dd HH", "-2023-03-01 09", BAD),
    ("yyyy-MM-dd HH", "2023-02-29 09", BAD),
    ("yyyyMMddHHmmss", "20230301090500", "2023-03-01 09:05:00"),
    ("yyyyMMddHHmmssSSS", "20230301090500123", "2023-03-01 09:05:00.123"),
    ("ddMMyy HH", "010323 09", "2023-03-01 09:00:00"),
    ("yMMdd HH", "20230301 09", "2023-03-01 09:00:00"),
    ("dMyyyy HH", "132023 09", BAD),
    ("MMM d, yyyy h:mm:ss a", "Mar 1, 2023 9:05:00 PM", "2023-03-01 21:05:00"),
    ("MMM d, yyyy h:mm:ss a", "mar 1, 2023 12:05:00 am", "2023-03-01 00:05:00"),
    ("MMM d, yyyy h:mm:ss a", "March 1, 2023 9:05:00 PM", BAD),
    ("MMMM d yyyy hh a", "March 1 2023 09 pm", "2023-03-01 21:00:00"),
    ("MMMM d yyyy hh a", "March 1 2023 13 pm", BAD),
    ("dd LL yyyy HH", "01 03 2023 09", "2023-03-01 09:00:00"),
    ("EEE yyyy-MM-dd HH", "Wed 2023-03-01 09", "2023-03-01 09:00:00"),
    ("EEE yyyy-MM-dd HH", "Thu 2023-03-01 09", BAD),
    ("EEEE yyyy-MM-dd HH", "wednesday 2023-03-01 09", "2023-03-01 09:00:00"),
    ("yyyy-DDD HH:mm", "2023-060 09:05", "2023-03-01 09:05:00"),
    ("yyyy-DDD HH:mm", "2023-366 09:05", BAD),
    ("yyyy-D HH", "2024-366 09", "2024-12-31 09:00:00"),
    ("yyyy-MM-dd DDD HH", "2023-03-01 061 09", BAD),
    ("yyyy-MM-dd kk:mm", "2023-03-01 24:05", "2023-03-01 00:05:00"),
    ("yyyy-MM-dd kk:mm", "2023-03-01 00:05", BAD),
    ("yyyy-MM-dd KK:mm a", "2023-03-01 00:05 PM", "2023-03-01 12:05:00"),
    ("yyyy-MM-dd HH:mm a", "2023-03-01 21:05 PM", "2023-03-01 21:05:00"),
    ("yyyy-MM-dd HH:mm a", "2023-03-01 09:05 PM", BAD),
    ("yyyy-MM-dd HH hh a", "2023-03-01 21 09 PM", "2023-03-01 21:00:00"),
    ("yyyy-MM-dd HH hh a", "2023-03-01 21 08 PM", BAD),
    ("yyyy-MM-dd HH:mm", "2023-03-01 24:00", BAD),
    ("yyyy-MM-dd HH:mm:ss", "2023-03-01 23:59:60", BAD),
    ("yyyy-MM-dd HH:mm:ss.SSS", "2023-03-01 09:05:00.1", "2023-03-01 09:05:00.1"),
    ("yyyy-MM-dd HH:mm:ss.SSS", "2023-03-01 09:05:00.1234", BAD),
    ("yyyy-MM-dd HH:mm:ss,SSSSSSSSS", "2023-03-01 09:05:00,123456789", "2023-03-01 09:05:00.123456"),
    ("yyyy-MM-dd HH:mm:ss n", "2023-03-01 09:05:00 5000", "2023-03-01 09:05:00.000005"),
    ("yyyy/M/d[ HH:mm[:ss]]", "2023/3/1", BAD),
    ("yyyy/M/d[ HH:mm[:ss]]", "2023/3/1 09:05", "2023-03-01 09:05:00"),
    ("yyyy/M/d[ HH:mm[:ss]]", "2023/3/1 09:05:07", "2023-03-01 09:05:07"),
    ("yyyy/M/d[ HH:mm[:ss]]", "2023/3/1 09", BAD),
    ("[yyyy-]MM-dd HH", "03-01 09", BAD),
    ("'at 'yyyy''MM''dd 'o''clock' HH", "at 2023'03'01 o'clock 09", "2023-03-01 09:00:00"),
    ("yyyy-MM-dd'T'HH", "2023-03-01t09", "2023-03-01 09:00:00"),
    ("yyyy yyyy-MM-dd HH", "2023 2023-03-01 09", "2023-03-01 09:00:00"),
    ("yyyy yyyy-MM-dd HH", "2023 2024-03-01 09", BAD),
    ("yyyy[-MM-dd] HH", "2023 09", BAD),
    ("yyyy[-MM[-dd]] HH", "2023-03 09", BAD),
    ("yyyy-MM-dd hh:mm[ a]", "2023-03-01 09:05", BAD),
    ("yyyy-MM-dd hh:mm[ a]", "2023-03-01 09:05 pm", "2023-03-01 21:05:00"),
]
ZONED = [
    ("X", "+05", "04:05:00"),
    ("X", "+0530", "03:35:00"),
    ("X", "Z", "09:05:00"),
    ("X", "+05:30", BAD),
    ("XX", "+0530", "03:35:00"),
    ("XX", "+05", BAD),
    ("XXX", "-05:30", "14:35:00"),
    ("XXX", "+18:01", BAD),
    ("XXX", "+05:60", BAD),
    ("XXXXX", "+05:30:30", "03:34:30"),
    ("x", "+00", "09:05:00"),
    ("x", "Z", BAD),
    ("xxx", "+00:00", "09:05:00"),
    ("Z", "+0200", "07:05:00"),
    ("ZZZZ", "GMT+02:00", "07:05:00"),
    ("ZZZZZ", "+02:00", "07:05:00"),
    ("O", "GMT+8", "01:05:00"),
    ("O", "GMT", "09:05:00"),
    ("OOOO", "GMT+08:00", "01:05:00"),
    ("OOOO", "GMT+8", BAD),
    ("VV", "Europe/Paris", "08:05:00"),
    ("VV", "america/new_york", "14:05:00"),
    ("VV", "UTC+2", "07:05:00"),
    ("VV", "PST", BAD),
    ("z", "PST", "17:05:00"),
    ("z", "CEST", "07:05:00"),
    ("z", "Asia/Kolkata", "03:35:00"),
    ("z", "IST", BAD),
    ("VV", "Europe/Nowhere", BAD),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), READ)
def test_a_pattern_says_what_its_letters_mean(pattern: str, text: str, expected: str) -> None:
    """As Java's DateTimeFormatter reads them: digits as many as letters, or any number behind a single letter."""
    check_format(pattern)
    assert read_times([text], time_format=pattern) == [expected]


@pytest.mark.parametrize(("letters", "offset", "expected"), ZONED)
def test_a_zone_in_a_pattern_makes_instants(letters: str, offset: str, expected: str) -> None:
    """Whatever the zone of the other times is; abbreviations that mean several zones are not read."""
    text, pattern = f"2023-03-01 09:05 {offset}", f"yyyy-MM-dd HH:mm {letters}"
    found = read_times([text], zone="America/Guatemala", time_format=pattern)
    assert found == [expected if expected == BAD else f"2023-03-01 {expected}"]


def test_a_wall_time_by_pattern_is_placed_in_the_zone() -> None:
    """Also where the pattern may name an offset, and the text does not; a time that clocks skipped is none."""
    pattern = "yyyy-MM-dd HH:mm[ XXX]"
    texts = ["2023-03-26 01:30", "2023-03-26 02:30", "2023-03-26 02:30 +01:00", "2023-10-29 02:30"]
    assert read_times(texts, zone="Europe/Berlin", time_format=pattern) == [
        "2023-03-26 00:30:00",
        NEVER,
        "2023-03-26 01:30:00",
        "2023-10-29 00:30:00",
    ]


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("HH:mm", "has no year"),
        ("'yyyy'", "has no year"),
        ("YYYY-MM-dd", "`YYYY`"),
        ("yyyy-MM-dd ww", "`ww`"),
        ("G yyyy", "`G`"),
        ("yyyy QQ", "`QQ`"),
        ("yyyy-bad", "`b`"),
        ("ddd yyyy", "`ddd`"),
        ("MMMMM yyyy", "`MMMMM`"),
        ("yyyyyyy", "`yyyyyyy`"),
        ("yyyy V", "`V`"),
        ("yyyy XXXXXX", "`XXXXXX`"),
        ("yyyy]", "] without ["),
        ("yyyy {", "{"),
        ("yyyy 'at", "'"),
        ("yyyy-MM-dd hh:mm", "which says the half"),
        ("yyyy-MM-dd KK:mm", "which says the half"),
        ("hh:mm", "has no year"),
        ("dd/MM HH:mm", "has no year"),
        ("yyyy HH:mm", "has no month"),
        ("yyyy-dd HH:mm", "has no month"),
        ("yyyy-MM HH:mm", "has no day"),
        ("yyyy-MM-dd", "has no hour"),
        ("yyyy-MM-dd a", "has no hour"),
        ("yyyy-MM-dd mm:ss", "has no hour"),
        ("yyyy-mm-dd HH:MM", "the month is M"),
        ("yyyy-MM-dd HH:ss", "but no minutes"),
        ("yyyy-MM-dd HH:mm:SS", "but no seconds"),
        ("yyyy-MM-dd HH:mm.n", "but no seconds"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str, what: str) -> None:
    """The error names the letter, the setting, and what could stand there instead."""
    with pytest.raises(SettingsError) as caught:
        check_format(pattern)
    assert what in caught.value.what
    assert repr(pattern) in caught.value.what
    assert caught.value.where == "pings.time_format"
    assert "dd/MM/yyyy HH:mm:ss" in caught.value.fix
