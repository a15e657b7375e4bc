from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.pack_fingerprints import clip_fingerprint
from engine.errors import ExportError, InputError, MediaError, SoundbedError, TrainingError
from engine.library.scan import content_hash
from engine.progress import silent
from engine.training.data import extraction, features_cache
from engine.training.data.edits import Details, Edit, list_edits, read_table, with_uploaders
from engine.training.data.features_cache import (
    FeatureOptions,
    Span,
    music_features,
    note_onsets,
    track_id,
    video_features,
)
from engine.training.data.readers import describe_edit, read_spec, segments


def test_a_folder_has_an_uploader_for_each_subfolder(tmp_path: Path) -> None:
    for name in ("ann/1.mp4", "ann/more/2.mov", "bob/3.mkv", "4.mp4", "ann/notes.txt", ".x/5.mp4"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    edits = {edit.clip.name: edit for edit in list_edits(tmp_path)}
    assert sorted(edits) == ["1.mp4", "2.mov", "3.mkv", "4.mp4"]
    assert edits["1.mp4"].uploader == edits["2.mov"].uploader == "ann"
    assert edits["1.mp4"].source == "ann"
    assert (edits["4.mp4"].uploader, edits["4.mp4"].source) == (tmp_path.name, "4.mp4")


def test_a_table_names_clips_tracks_and_uploaders(tmp_path: Path) -> None:
    table = tmp_path / "edits.csv"
    table.write_text("clip,track,uploader\na.mp4,music/t.flac,ann\nb.mp4,,\n", encoding="utf-8")
    first, second = read_table(table)
    assert (first.clip, first.track) == (tmp_path / "a.mp4", tmp_path / "music/t.flac")
    assert (first.uploader, second.uploader) == ("ann", "b.mp4")
    assert second.track is None


def clips_of_two(folder: Path) -> Path:
    """Make a folder of empty files: three of its clips have names of their own."""
    for name in ("ann/1.mp4", "ann/2.mp4", "bob/1.mp4", "3.mp4", "4.mp4"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def test_a_table_anywhere_names_the_uploaders_of_a_folder(tmp_path: Path) -> None:
    folder, table = clips_of_two(tmp_path / "edits"), tmp_path / "elsewhere" / "who.csv"
    table.parent.mkdir()
    table.write_text(
        "clip,uploader\n./ann/1.mp4,cleo\n2.mp4,cleo\n1.mp4,dan\n3.mp4,dan\n4.mp4,\nz.mp4,eve\n"
    )
    edits, unknown = with_uploaders(list_edits(folder), folder, table)
    assert [path.as_posix() for path, _ in unknown] == ["1.mp4", "z.mp4"]
    assert "no clip of the folder has this name" in unknown[0][1]
    found = {
        edit.clip.relative_to(folder).as_posix(): (edit.uploader, edit.source) for edit in edits
    }
    assert found == {
        "ann/1.mp4": ("cleo", "cleo"),
        "ann/2.mp4": ("cleo", "cleo"),
        # Two clips have the name 1.mp4, so that it says nothing.
        "bob/1.mp4": ("bob", "bob"),
        "3.mp4": ("dan", "dan"),
        "4.mp4": ("edits", "4.mp4"),
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("clip,name\n1.mp4,ann\n", "no column “uploader”"),
        ("clip,uploader\n1.mp4,ann\n1.mp4,bob\n", "two uploaders"),
        ("clip,uploader\n3.mp4,ann\n./3.mp4,bob\n", "“./3.mp4” two uploaders"),
        ("clip,uploader\nann/2.mp4,ann\n2.mp4,bob\n", "“2.mp4” two uploaders"),
        ("clip,uploader\nz.mp4,ann\n", "no clip in"),
        ("clip,uploader\n2.mp4," + "x" * 140_000, "more than 131,072 characters.*quotation"),
    ],
)
def test_wrong_tables_of_uploaders_are_named(text: str, problem: str, tmp_path: Path) -> None:
    folder, table = clips_of_two(tmp_path / "edits"), tmp_path / "who.csv"
    table.write_text(text)
    with pytest.raises(InputError, match=rf"who\.csv.*{problem}"):
        read_spec(folder, FeatureOptions(tmp_path / "cache"), silent(), table)


def test_a_table_of_uploaders_goes_with_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"who\.csv.*goes with a folder"):
        read_spec(tmp_path / "a.npz", FeatureOptions(tmp_path), silent(), tmp_path / "who.csv")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("file,uploader\na.mp4,ann\n", "no column"),
        ("clip\n../../etc/passwd\n", "outside"),
        ("clip,track\na.mp4,/etc/passwd\n", "outside"),
        ("clip,track\n,t.mp3\n", "empty path"),
    ],
)
def test_a_table_with_wrong_columns_is_named(tmp_path: Path, text: str, problem: str) -> None:
    table = tmp_path / "edits.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises((InputError, TrainingError), match=rf"edits\.csv.*{problem}"):
        read_table(table)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_whatever_separates_its_cells(tmp_path: Path, separator: str) -> None:
    table = tmp_path / "edits.csv"
    rows = (("Clip ", "Uploader", "text"), ("a.mp4", " ann ", '"one, two; three"'), ("", "", ""))
    table.write_text("\r\n".join(map(separator.join, rows)), encoding="utf-8-sig")
    (edit,) = read_table(table)
    assert (edit.clip, edit.uploader) == (tmp_path / "a.mp4", "ann")
    assert edit.details.text == "one, two; three"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"clip\n\xff\xfe.mp4\n", r"isn't UTF-8.*Save it as"),
        (b'clip\n"a.mp4\n', r"unexpected end of data.*Save it as"),
        (None, r"No such file.*Check the name"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(
    tmp_path: Path, data: bytes | None, problem: str
) -> None:
    table = tmp_path / "edits.csv"
    if data is not None:
        table.write_bytes(data)
    with pytest.raises(InputError, match=rf"edits\.csv.*{problem}"):
        read_table(table)


def test_long_edits_are_divided_evenly() -> None:
    assert segments(44.0) == [None]
    assert segments(90.0) == [Span(0.0, 30.0), Span(30.0, 30.0), Span(60.0, 30.0)]
    last = segments(100.0)[-1]
    assert last is not None
    assert (last.start_s, last.duration_s) == pytest.approx((200 / 3, 100 / 3))


def test_features_are_cached_by_content(
    write_clip: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_clip(tmp_path / "one.mp4", n_frames=25)
    cache = tmp_path / "cache"
    vector, features = video_features(clip, cache).vector, music_features(clip, cache)

    def not_again(*_: object) -> None:
        raise AssertionError("the features were made again")

    monkeypatch.setattr(features_cache, "describe_video", not_again)
    monkeypatch.setattr(features_cache, "describe_music", not_again)
    renamed = clip.rename(tmp_path / "two.mp4")
    assert np.array_equal(video_features(renamed, cache).vector, vector)
    assert np.array_equal(music_features(renamed, cache).vector, features.vector)


def test_a_damaged_cache_entry_is_computed_again(
    write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "one.mp4", n_frames=25)
    vector = video_features(clip, tmp_path / "cache").vector
    for entry in (tmp_path / "cache").iterdir():
        entry.write_bytes(entry.read_bytes()[:100])
    again = video_features(clip, tmp_path / "cache").vector
    np.testing.assert_allclose(again, vector, rtol=1e-4, atol=1e-5)


def test_parts_of_an_edit_have_their_own_sound(
    write_clip: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_clip(
        tmp_path / "long.mp4", n_frames=100, options=(("g", "25"), ("sc_threshold", "0"))
    )
    monkeypatch.setattr("engine.training.data.readers.SEGMENT_S", 2.0)
    described = describe_edit(Edit(clip, None, "ann", "ann"), tmp_path / "cache")
    assert [edit.span for edit in described] == [Span(0.0, 2.0), Span(2.0, 2.0)]
    # There is a keyframe every second, so that each part is about its two seconds long.
    assert [part.music.duration_s for part in described.values()] == pytest.approx([2, 2], abs=0.1)
    assert len({part.track_id for part in described.values()}) == 2


def test_an_edit_without_sound_needs_a_track(
    write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    mute = write_clip(tmp_path / "mute.mp4", n_frames=25, sound=None)
    with pytest.raises(MediaError, match=r"mute\.mp4.*no sound"):
        describe_edit(Edit(mute, None, "ann", "ann"), tmp_path)
    track = write_clip(tmp_path / "track.mp4", n_frames=25)
    described = describe_edit(Edit(mute, track, "ann", "ann"), tmp_path / "cache")
    assert [part.track_id for part in described.values()] == [track_id(track)]


def test_from_a_folder_to_pairs(write_clip: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "edits"
    for uploader, name, tone_hz in (("ann", "1", 440.0), ("ann", "2", 440.0), ("bob", "3", 600.0)):
        (folder / uploader).mkdir(parents=True, exist_ok=True)
        write_clip(folder / uploader / f"{name}.mp4", n_frames=25, tone_hz=tone_hz)
    (folder / "bob" / "4.mp4").write_text("no video")
    copy = folder / "bob" / "5.mp4"
    copy.write_bytes((folder / "ann" / "1.mp4").read_bytes())
    reading = read_spec(folder, FeatureOptions(tmp_path / "cache"), silent())
    pairs = reading.pairs
    assert [path.name for path, _ in reading.skipped] == ["4.mp4"]
    assert pairs.uploaders.tolist() == ["ann", "ann", "bob", "bob"]
    assert (pairs.n_videos, pairs.n_pairs) == (4, 4)
    # 1 and 5 are the same bytes, so that they carry one track.
    assert pairs.pairs[0, 1] == pairs.pairs[3, 1]
    assert sum(pairs.video_blocks) == pairs.video_vectors.shape[1]
    # Content is the mean embedding, as long as its spread; eleven descriptors follow.
    assert pairs.expert_columns == (slice(0, 1280), slice(1280, 2571))
    assert sum(pairs.music_blocks) == pairs.music_vectors.shape[1]
    ids = pairs.extras.clip_ids
    assert ids is not None and ids[0] == ids[3] == clip_fingerprint(content_hash(copy))
    assert ids[2] != ids[0]


def test_a_folder_without_an_edit_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TrainingError, match=r"empty.*no finished edit"):
        read_spec(tmp_path / "empty", FeatureOptions(tmp_path / "cache"), silent())


@pytest.mark.parametrize(
    ("error", "raised", "said"),
    [
        # Fewer edits would make another pack, without a word.
        (ExportError("the file can't be written.", path="cache"), ExportError, "cache: the file"),
        (MediaError("it is damaged.", path="a"), TrainingError, r"used. \S*1.mp4: it is damaged"),
    ],
)
def test_a_cache_that_cant_be_written_stops_and_a_damaged_edit_is_named(
    error: SoundbedError,
    raised: type[SoundbedError],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "1.mp4").touch()

    def fail(_: object, tasks: Iterable[tuple[Edit, object]], *__: object) -> Any:
        return ((edit, error) for edit, _ in tasks)

    monkeypatch.setattr(extraction, "extract", fail)
    with pytest.raises(raised, match=said):
        read_spec(tmp_path, FeatureOptions(tmp_path / "cache"), silent())


def test_a_table_tells_texts_dates_and_views(tmp_path: Path) -> None:
    table = tmp_path / "edits.csv"
    table.write_text(
        "clip,text,date,views\na.mp4,A run ,2026-01-31,12\nb.mp4,,2026-01-30 23:00,\nc.mp4,,,\n",
        encoding="utf-8",
    )
    first, second, third = (edit.details for edit in read_table(table))
    assert (first.text, first.views, second.text, second.views) == ("A run", 12.0, "", None)
    assert first.date_s is not None and second.date_s is not None
    assert first.date_s - second.date_s == 3600
    assert third == Details()


@pytest.mark.parametrize("values", ["31.01.2026,", ",many", ",-1", ",inf", "2026-13-01,"])
def test_a_date_or_number_of_views_that_is_none_is_named(tmp_path: Path, values: str) -> None:
    table = tmp_path / "edits.csv"
    table.write_text(f"clip,date,views\na.mp4,{values}\n", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"edits\.csv.*date or a number of views"):
        read_table(table)


def test_what_a_table_tells_is_kept_with_the_pairs(
    write_clip: Callable[..., Path], tmp_path: Path
) -> None:
    for name, tone_hz in (("1", 440.0), ("2", 550.0), ("3", 660.0)):
        write_clip(tmp_path / f"{name}.mp4", n_frames=25, tone_hz=tone_hz)
    table = tmp_path / "edits.csv"
    table.write_text(
        "clip,text,date,views\n1.mp4,a dog runs,2026-02-01,5\n2.mp4,,2026-01-01,7\n"
        "3.mp4,a dog runs,2026-03-01,9\n",
        encoding="utf-8",
    )
    options = FeatureOptions(tmp_path / "cache")
    extras = read_spec(table, options, silent()).pairs.extras
    texts, has_text = extras.text_vectors, extras.has_text
    assert texts is not None and has_text is not None
    assert has_text.tolist() == [True, False, True] and texts.shape == (3, 512)
    assert np.array_equal(texts[0], texts[2]) and np.linalg.norm(texts[0]) > 0.9
    assert not texts[1].any()
    assert extras.taken is not None and extras.taken.tolist() == [1, 0, 2]
    assert extras.views is not None and extras.views.tolist() == [5, 7, 9]
    assert extras.rhythms is not None and extras.rhythms.shape == (3, 5)
    # A date that one row lacks is no order.
    table.write_text("clip,date,views\n1.mp4,2026-02-01,5\n2.mp4,,\n", encoding="utf-8")
    poorer = read_spec(table, options, silent()).pairs.extras
    assert poorer.taken is None and poorer.views is None and poorer.text_vectors is None


def test_note_onsets_are_those_that_the_features_count(
    write_clip: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_clip(tmp_path / "one.mp4", n_frames=75)
    cache = tmp_path / "cache"
    music = music_features(clip, cache)
    onsets_s = note_onsets(clip, music, cache)
    assert len(onsets_s) / music.duration_s == pytest.approx(music.onset_density_hz, rel=0.02)
    monkeypatch.setattr(features_cache, "find_note_onsets", lambda *_: 1 / 0)
    assert np.array_equal(note_onsets(clip, music, cache), onsets_s)
    # A damaged entry is computed again.
    (entry,) = cache.glob("*.onsets-1.npy")
    entry.write_bytes(b"x")
    with pytest.raises(ZeroDivisionError):
        note_onsets(clip, music, cache)
