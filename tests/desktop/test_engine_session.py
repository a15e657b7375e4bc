from pathlib import Path

from desktop.engine_session import EngineSession
from desktop.session import FileKind
from engine.library.libraries import Libraries
from engine.stories.arrange_scenes import PlacedTrack, arrange_tracks
from tests.video_infos import video_info


def test_kinds_of_files(tmp_path: Path) -> None:
    session = EngineSession()
    assert session.kind_of(tmp_path) is FileKind.FOLDER
    assert session.kind_of(tmp_path / "a.MP3") is FileKind.AUDIO
    assert session.kind_of(tmp_path / "a.mov") is FileKind.VIDEO
    assert session.kind_of(tmp_path / "unknown") is FileKind.VIDEO
    assert "*.mp4" in session.video_patterns().split()


def test_a_track_is_put_in_place_of_the_music_at_a_frame() -> None:
    session = EngineSession()
    libraries = Libraries()
    first, second, third = tuple(libraries.tracks())[:3]
    halves = [
        PlacedTrack(track, libraries.features(track), at_s)
        for track, at_s in ((first, 0.0), (second, 60.0))
    ]
    before = arrange_tracks(video_info(120.0), halves)
    after = session.put_track(before, 25 * 90, third)
    assert [item.track.path for item in after.items] == [first.path, third.path]
    assert after.items[0] == before.items[0]
    assert after.items[1].start_frame == before.items[1].start_frame
    assert after.items[1].match_gain_db != before.items[1].match_gain_db
