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
from engine.errors import ExportError
from engine.export import credits, music_wav, video
from engine.export.export_format import ExportFormat, ExportTask
from engine.export.formats import FORMATS
from engine.media.loudness import measure_loudness
from engine.media.probe import VideoInfo, probe_video
from engine.media.tags import Tags
from engine.media.waveform import read_waveform
from engine.progress import silent
from engine.stories.hand_over import write_export
from engine.stories.render import render_preview
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
    return write_export(kind, ExportTask(info, arrangement, out, overwrite), silent()).out


def over(arrangement: Arrangement, clip: Path) -> Arrangement:
    """The same music under another clip."""
    return replace(arrangement, clip=replace(arrangement.clip, path=clip))


def level_at(path: Path, hz: float) -> float:
    """The amplitude of one frequency over the second after the first."""
    if path.suffix == ".npy":
        sound = np.load(path)[RATE_HZ : 2 * RATE_HZ].mean(1) / 2**15
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
    assert render_preview(over(arrangement, mute), tmp_path / "p", silent()).clip is None


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
    export(music_wav.FORMAT, arrangement, out)
    info = soundfile.info(out)
    assert (info.frames, info.samplerate, info.subtype) == (4 * RATE_HZ, RATE_HZ, "PCM_24")
    assert level_at(out, 880) == pytest.approx(0.2, rel=0.01)
    assert level_at(out, 440) < 0.001
    assert abs(soundfile.read(out)[0][-1, 0]) < 0.001


def test_loud_arrangements_stay_below_the_ceiling(arrangement: Arrangement, tmp_path: Path) -> None:
    out = tmp_path / "music.wav"
    export(music_wav.FORMAT, arrangement.with_gains(music_gain_db=20.0), out)
    assert measure_loudness(out).true_peak_dbtp <= -1.0


def test_preview_is_two_sounds_of_the_clips_length_without_levels(
    arrangement: Arrangement, tmp_path: Path
) -> None:
    folder = tmp_path / "preview"
    sound = render_preview(
        arrangement.with_gains(music_gain_db=-20, clip_gain_db=-20), folder, silent()
    )
    assert sound.clip is not None
    for path in (sound.music, sound.clip):
        samples = np.load(path, mmap_mode="r")
        assert isinstance(samples, np.memmap)
        assert (samples.shape, samples.dtype) == ((4 * RATE_HZ, 2), np.int16)
    assert level_at(sound.music, 880) == pytest.approx(0.2, rel=0.01)
    assert level_at(sound.clip, 440) == pytest.approx(0.25, rel=0.05)


def test_preview_is_clipped_where_it_is_too_loud(arrangement: Arrangement, tmp_path: Path) -> None:
    # A tone of 0.2 at +20 dB would swing from -2 to 2.
    loud = with_item(arrangement, match_gain_db=20.0)
    samples = np.load(render_preview(loud, tmp_path, silent()).music)
    assert (samples.min(), samples.max()) == (-(2**15), 2**15 - 1)


def test_preview_of_an_equal_arrangement_is_used_again_and_old_ones_go(
    arrangement: Arrangement, tmp_path: Path
) -> None:
    folder = tmp_path / "preview"
    first = render_preview(arrangement, folder, silent())
    made_ns = first.music.stat().st_mtime_ns
    assert render_preview(arrangement.with_gains(music_gain_db=-3.0), folder, silent()) == first
    assert first.music.stat().st_mtime_ns == made_ns
    for n in range(6):
        moved = with_item(arrangement, segments=(Segment(n, 0.0, 4.0),))
        os.utime(render_preview(moved, folder, silent()).music, ns=(n, made_ns + n))
    assert len(list(folder.glob("music-*.npy"))) == 4


def test_preview_of_two_items_is_their_sum(arrangement: Arrangement, tmp_path: Path) -> None:
    low = tmp_path / "low.wav"
    tone = 0.1 * np.sin(2 * np.pi * 220 * np.arange(8 * RATE_HZ) / RATE_HZ)
    soundfile.write(low, np.stack([tone, tone], 1), RATE_HZ)
    # From frame 25, which is the end of the first second.
    second = MusicItem(TrackReference(low), (Segment(0.0, 0.0, 3.0),), start_frame=25)
    both = replace(arrangement, items=(*arrangement.items, second))
    sound = render_preview(both, tmp_path / "preview", silent())
    assert level_at(sound.music, 880) == pytest.approx(0.2, rel=0.01)
    assert level_at(sound.music, 220) == pytest.approx(0.1, rel=0.01)
    first_second = np.load(sound.music)[:RATE_HZ]
    alone = render_preview(arrangement, tmp_path / "preview", silent())
    assert (first_second == np.load(alone.music)[:RATE_HZ]).all()
    out = export(music_wav.FORMAT, both, tmp_path / "both.wav")
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
        export(music_wav.FORMAT, arrangement, tmp_path, overwrite=True)


def test_credits_are_written(arrangement: Arrangement, tmp_path: Path) -> None:
    out = export(credits.FORMAT, arrangement, tmp_path / "credits.txt")
    assert out.read_text() == "Music: “Title” by Artist\nLicence: CC0\n"
