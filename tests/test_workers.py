"""What Spark's Python workers talk through."""

import tempfile
from pathlib import Path

import pytest

from footfall.workers import sockets

FOLDER = "spark.python.unix.domain.socket.dir"


def test_only_this_user_may_enter_the_folder_of_sockets() -> None:
    """Whoever can connect needs no secret there."""
    folder = Path(sockets()[FOLDER])
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_sessions_share_no_folder() -> None:
    """Each has its own."""
    assert sockets()[FOLDER] != sockets()[FOLDER]


def test_where_a_path_would_be_too_long_java_and_python_talk_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system refuses sockets with long paths."""
    deep = tmp_path / ("x" * 60)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert sockets() == {}
    assert list(deep.iterdir()) == []
