import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.covering import cover
from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import Segment
from engine.errors import ExportError, MediaNotFound
from engine.export import credits, sound_files, video
from engine.export.export_format import ExportFormat, ExportTask
from engine.export.formats import FORMATS
from engine.media.loudness import measure_loudness
from engine.media.probe import VideoInfo, probe_video
from engine.media.sound_file import Samples, SoundFile
from engine.media.tags import Tags
from engine.media.waveform import read_waveform
from engine.progress import silent
from engine.stories.hand_over import write_exports
from engine.stories.render import PreviewSound, fill_preview, open_preview
from tests.arrangements import with_item

WriteClip = Callable[..., Path]
RATE_HZ = 48_000


@pytest.fixture
def track(tmp_path: Path) -> Path:
    """Thirty seconds of 880 Hz at a level of 0.2."""
    path = tmp_path / "track.flac"
    time_s = np.arange(30 * 44_100) / 44_100
    wave = 0.2 * np.sin(2 * np.pi * 880 * time_s)
    soundfile.write(path, np.stack([wave, wave], 1), 44_100)
    return path


@pytest.fixture
def info(write_clip: WriteClip, tmp_path: Path) -> VideoInfo:
    """Four seconds with a tone of 440 Hz at a level of 0.25."""
    return probe_video(write_clip(tmp_path / "clip.mp4", n_frames=100))


@pytest.fixture
def arrangement(info: VideoInfo, track: Path) -> Arrangement:
    """The clip over the track from 10 s."""
    item = MusicItem(
        TrackReference(track, tags=Tags("Title", "Artist", licence="CC0")),
        cover(info.duration_s, MusicForm(30.0), 10.0),
    )
    return Arrangement(ClipReference(info.path, info.duration_s, info.frame_rate), (item,))


def export(
    kind: ExportFormat, arrangement: Arrangement, out: Path, overwrite: bool = False
) -> Path:
    info = probe_video(arrangement.clip.path)
    (plan,) = write_exports([(kind, ExportTask(info, arrangement, out, overwrite))], silent())
    return plan.out


def over(arrangement: Arrangement, clip: Path) -> Arrangement:
    """The same music under another clip."""
    return replace(arrangement, clip=replace(arrangement.clip, path=clip))


def read_all(path: Path) -> Samples:
    sound = SoundFile(path)
    return sound.read(np.arange(sound.n_samples))


def render_preview(arrangement: Arrangement, folder: Path) -> PreviewSound:
    """The whole preview, with the clip's sound."""
    folder.mkdir(exist_ok=True)
    sound = open_preview(arrangement, folder, with_clip=True)
    fill_preview(arrangement, sound, (0.0, arrangement.clip.duration_s))
    return sound


def level_at(path: Path, hz: float) -> float:
    """The amplitude of one frequency over the second after the first."""
    if path.suffix == ".sound":
        sound = read_all(path)[RATE_HZ : 2 * RATE_HZ].mean(1)
    else:
        sound = read_waveform(path, RATE_HZ, 1, start_s=1.0, duration_s=1.0)[:, 0]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) * 4 / len(sound)
    return float(spectrum[round(hz)])


def test_video_holds_music_and_clip_sound_by_the_sliders(
    arrangement: Arrangement, tmp_path: Path
) -> None:
    quieter = arrangement.with_gains(music_gain_db=-6.0206, clip_gain_db=-12.0412)
    out = export(video.FORMAT, quieter, tmp_path / "out.mp4")
    assert level_at(out, 880) == pytest.approx(0.1, rel=0.05)
    assert level_at(out, 440) == pytest.approx(0.0625, rel=0.05)
    with av.open(str(out)) as container:
        assert (container.duration or 0) / av.time_base == pytest.approx(4.0, abs=0.04)


def test_muted_clip_sound_is_silent(arrangement: Arrangement, tmp_path: Path) -> None:
    out = export(video.FORMAT, arrangement.with_gains(clip_gain_db=-60.0), tmp_path / "out.mp4")
    assert level_at(out, 440) < 0.001


def test_clip_without_sound_gets_the_music(
    arrangement: Arrangement, write_clip: WriteClip, tmp_path: Path
) -> None:
    mute = write_clip(tmp_path / "mute.mp4", n_frames=100, sound=None)
    out = export(video.FORMAT, over(arrangement, mute), tmp_path / "out.mp4")
    assert level_at(out, 880) == pytest.approx(0.2, rel=0.05)


def test_video_goes_where_its_codec_fits(
    arrangement: Arrangement, write_clip: WriteClip, tmp_path: Path
) -> None:
    prores = write_clip(
        tmp_path / "a.mov", codec="prores_ks", pixel_format="yuv422p10le", n_frames=100
    )
    out = export(video.FORMAT, over(arrangement, prores), tmp_path / "out.mp4")
    assert out == tmp_path / "out.mov"
    assert not (tmp_path / "out.mp4").exists()


def test_wav_is_music_alone_of_the_clips_length(arrangement: Arrangement, tmp_path: Path) -> None:
    out = tmp_path / "music.wav"
    export(sound_files.MUSIC, arrangement, out)
    info = soundfile.info(out)
    assert (info.frames, info.samplerate, info.subtype) == (4 * RATE_HZ, RATE_HZ, "PCM_24")
    assert level_at(out, 880) == pytest.approx(0.2, rel=0.01)
    assert level_at(out, 440) < 0.001
    assert abs(soundfile.read(out)[0][-1, 0]) < 0.001


def test_loud_arrangements_stay_below_the_ceiling(arrangement: Arrangement, tmp_path: Path) -> None:
    out = tmp_path / "music.wav"
    export(sound_files.MUSIC, arrangement.with_gains(music_gain_db=20.0), out)
    assert measure_loudness(out).true_peak_dbtp <= -1.0


def test_preview_is_two_sounds_of_the_clips_length_without_levels(
    arrangement: Arrangement, tmp_path: Path
) -> None:
    sound = render_preview(
        arrangement.with_gains(music_gain_db=-20, clip_gain_db=-20), tmp_path / "preview"
    )
    assert sound.clip is not None
    for path in sound.files:
        assert SoundFile(path).n_samples == 4 * RATE_HZ
        assert SoundFile(path).ready.all()
    assert level_at(sound.music, 880) == pytest.approx(0.2, rel=0.01)
    assert level_at(sound.clip, 440) == pytest.approx(0.25, rel=0.05)


def test_preview_has_room_above_full_scale(arrangement: Arrangement, tmp_path: Path) -> None:
    # A tone of 0.2 at +20 dB swings from -2 to 2; the player limits it once its level is set.
    loud = with_item(arrangement, match_gain_db=20.0)
    samples = read_all(render_preview(loud, tmp_path).music)
    assert (samples.min(), samples.max()) == pytest.approx((-2.0, 2.0), abs=0.001)


def test_only_the_part_that_is_asked_for_is_rendered(
    arrangement: Arrangement, tmp_path: Path
) -> None:
    whole = read_all(render_preview(arrangement, tmp_path / "whole").music)
    (tmp_path / "part").mkdir()
    sound = open_preview(arrangement, tmp_path / "part", with_clip=True)
    fill_preview(arrangement, sound, (1.5, 2.5))
    for path in sound.files:
        assert SoundFile(path).ready.tolist() == [False, True, True, False]
    part = read_all(sound.music)
    assert not part[:RATE_HZ].any()
    np.testing.assert_allclose(
        part[RATE_HZ : 3 * RATE_HZ], whole[RATE_HZ : 3 * RATE_HZ], atol=1.3e-4
    )
    fill_preview(arrangement, sound, (-2.0, 8.0))
    assert all(SoundFile(path).ready.all() for path in sound.files)


def test_a_clip_without_sound_has_a_preview_of_music_alone(
    arrangement: Arrangement, tmp_path: Path
) -> None:
    sound = open_preview(arrangement, tmp_path, with_clip=False)
    fill_preview(arrangement, sound, (0.0, 1.0))
    assert sound.clip is None
    assert sound.files == (sound.music,)


def test_preview_of_an_equal_arrangement_is_used_again(
    arrangement: Arrangement, tmp_path: Path
) -> None:
    first = render_preview(arrangement, tmp_path)
    quieter = arrangement.with_gains(music_gain_db=-3.0)
    assert open_preview(quieter, tmp_path, with_clip=True) == first
    assert SoundFile(first.music).ready.all()
    louder = with_item(arrangement, match_gain_db=3.0)
    assert open_preview(louder, tmp_path, with_clip=True).music != first.music


def test_old_previews_go_when_they_take_too_much_space(
    arrangement: Arrangement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stories.render._MAX_BYTES", 3 * 4 * RATE_HZ * 4)
    monkeypatch.setattr("engine.stories.render._N_KEPT", 2)
    sounds = []
    for n in range(6):
        moved = with_item(arrangement, segments=(Segment(n, 0.0, 4.0),))
        sounds.append(open_preview(moved, tmp_path, with_clip=False))
        fill_preview(moved, sounds[-1], (0.0, 4.0))
        os.utime(sounds[-1].music, ns=(n, n))
    open_preview(arrangement, tmp_path, with_clip=False)
    # The newest three have as much sound as there may be; the last one is still empty.
    assert [sound.music.exists() for sound in sounds] == [False, False, False, True, True, True]


def test_a_preview_that_was_in_use_lately_stays(
    arrangement: Arrangement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stories.render._MAX_BYTES", 1)
    monkeypatch.setattr("engine.stories.render._N_KEPT", 1)
    playing = open_preview(arrangement, tmp_path, with_clip=False)
    fill_preview(arrangement, playing, (0.0, 1.0))
    for n in range(4):
        moved = with_item(arrangement, segments=(Segment(n, 0.0, 4.0),))
        fill_preview(moved, open_preview(moved, tmp_path, with_clip=False), (0.0, 1.0))
    # Its rest can still be filled.
    fill_preview(arrangement, playing, (1.0, 4.0))
    assert SoundFile(playing.music).ready.all()


def test_a_track_that_is_gone_is_named(arrangement: Arrangement, tmp_path: Path) -> None:
    gone = with_item(arrangement, track=TrackReference(tmp_path / "gone.ogg"))
    sound = open_preview(gone, tmp_path, with_clip=False)
    with pytest.raises(MediaNotFound, match=r"gone\.ogg"):
        fill_preview(gone, sound, (0.0, 1.0))


def test_preview_of_two_items_is_their_sum(arrangement: Arrangement, tmp_path: Path) -> None:
    low = tmp_path / "low.wav"
    tone = 0.1 * np.sin(2 * np.pi * 220 * np.arange(8 * RATE_HZ) / RATE_HZ)
    soundfile.write(low, np.stack([tone, tone], 1), RATE_HZ)
    # From frame 25, which is the end of the first second.
    second = MusicItem(TrackReference(low), (Segment(0.0, 0.0, 3.0),), start_frame=25)
    both = replace(arrangement, items=(*arrangement.items, second))
    sound = render_preview(both, tmp_path / "preview")
    assert level_at(sound.music, 880) == pytest.approx(0.2, rel=0.01)
    assert level_at(sound.music, 220) == pytest.approx(0.1, rel=0.01)
    first_second = read_all(sound.music)[:RATE_HZ]
    alone = render_preview(arrangement, tmp_path / "preview")
    assert (first_second == read_all(alone.music)[:RATE_HZ]).all()
    out = export(sound_files.MUSIC, both, tmp_path / "both.wav")
    assert level_at(out, 220) == pytest.approx(0.1, rel=0.01)


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_no_format_replaces_a_file_without_being_asked(
    kind: ExportFormat, arrangement: Arrangement, tmp_path: Path
) -> None:
    out = tmp_path / f"there{kind.suffixes[0]}"
    out.write_text("mine")
    with pytest.raises(ExportError, match="already"):
        export(kind, arrangement, out)
    assert out.read_text() == "mine"
    assert export(kind, arrangement, out, overwrite=True) == out
    assert out.read_bytes() != b"mine"


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_no_format_overwrites_a_source_under_any_name(
    kind: ExportFormat, arrangement: Arrangement, track: Path, tmp_path: Path
) -> None:
    clip = arrangement.clip.path
    second_name, link = tmp_path / "second.mp4", tmp_path / "link.mp4"
    os.link(clip, second_name)
    link.symlink_to(track)
    before = clip.read_bytes(), track.read_bytes()
    for out in (clip, second_name, link):
        with pytest.raises(ExportError, match="the clip or the track itself"):
            export(kind, arrangement, out, overwrite=True)
    assert (clip.read_bytes(), track.read_bytes()) == before


def test_folder_in_the_place_of_a_file_is_named(arrangement: Arrangement, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="folder"):
        export(sound_files.MUSIC, arrangement, tmp_path, overwrite=True)


def test_credits_are_written(arrangement: Arrangement, tmp_path: Path) -> None:
    out = export(credits.FORMAT, arrangement, tmp_path / "credits.txt")
    assert out.read_text() == "Music: “Title” by Artist\nLicence: CC0\n"
