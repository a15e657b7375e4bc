import os
from pathlib import Path

from desktop.engine_session import EngineSession, readable_by_qt
from desktop.session import FileKind


def test_qt_plays_the_clip_itself(tmp_path: Path) -> None:
    clip = tmp_path / "a%d #1?\n.mp4"
    assert readable_by_qt(clip, tmp_path / "x") == clip


def test_a_name_that_is_not_utf8_gets_a_link(tmp_path: Path) -> None:
    clip = Path(os.fsdecode(os.fsencode(tmp_path / "b") + b"\xff.mp4"))
    clip.write_bytes(b"film")
    for _ in range(2):
        link = readable_by_qt(clip, tmp_path / "picture")
        assert link == tmp_path / "picture" / "clip.mp4"
        assert link.read_bytes() == b"film"


def test_kinds_of_files(tmp_path: Path) -> None:
    session = EngineSession()
    assert session.kind_of(tmp_path) is FileKind.FOLDER
    assert session.kind_of(tmp_path / "a.MP3") is FileKind.AUDIO
    assert session.kind_of(tmp_path / "a.mov") is FileKind.VIDEO
    assert session.kind_of(tmp_path / "unknown") is FileKind.VIDEO
    assert "*.mp4" in session.video_patterns().split()
