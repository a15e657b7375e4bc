from pathlib import Path

from desktop.engine_session import EngineSession
from desktop.music import load_saved
from desktop.session import FileKind
from engine.library.libraries import Libraries
from engine.paths import user_library
from engine.progress import silent
from engine.ranking.references import Reference
from engine.stories.arrange_scenes import PlacedTrack, arrange_tracks
from tests.desktop.fake_session import FakeSession
from tests.video_infos import video_info


def test_kinds_of_files(tmp_path: Path) -> None:
    session = EngineSession()
    assert session.kind_of(tmp_path) is FileKind.FOLDER
    assert session.kind_of(tmp_path / "a.MP3") is FileKind.AUDIO
    assert session.kind_of(tmp_path / "a.mov") is FileKind.VIDEO
    assert session.kind_of(tmp_path / "unknown") is FileKind.VIDEO
    assert "*.mp4" in session.video_patterns().split()


def test_words_are_understood_or_not() -> None:
    session = EngineSession()
    # By the sentence network, by the name of an instrument, and by what is to be left out.
    for text in ("a sad and slow song", "guitar", "no drums"):
        assert session.understands(text)
    assert not session.understands("zxcvb qwrt")


def test_a_track_of_the_library_is_music_to_be_like_without_an_analysis() -> None:
    track = next(iter(Libraries().tracks()))
    reference = EngineSession().song_reference(track.path, silent())
    assert reference == Reference(track.title, track.file.content_hash)


def test_a_clip_gets_new_music_while_the_library_is_damaged(clip_file: Path) -> None:
    session = EngineSession()
    clip = FakeSession(clip_file.parent).analyse(clip_file, silent())
    path = user_library()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no library " * 1000)
    track = next(iter(Libraries().tracks()))
    best = arrange_tracks(clip.info, [PlacedTrack(track, session.features(track), 0.0)])
    history, music = load_saved(session, clip, best)
    assert history is None
    assert music is not None
    assert music.tracks == (track,)


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
