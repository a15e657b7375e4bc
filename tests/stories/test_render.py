import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
import pytest
import soundfile

from engine.arrangement.plan import MixPlan
from engine.arrangement.segments import Segment, lay_under
from engine.errors import ExportError
from engine.media.loudness import measure_loudness
from engine.media.probe import probe_video
from engine.media.waveform import read_waveform
from engine.progress import silent
from engine.stories.render import (
    mix_to_wav,
    render_preview,
    render_video,
    write_credits,
    write_timeline,
)

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
def plan(write_clip: WriteClip, track: Path, tmp_path: Path) -> MixPlan:
    """Four seconds with a tone of 440 Hz at a level of 0.25, under the track from 10 s."""
    clip = write_clip(tmp_path / "clip.mp4", n_frames=100)
    info = probe_video(clip)
    return MixPlan(
        clip_path=clip,
        clip_duration_s=info.duration_s,
        frame_rate=info.frame_rate,
        start_timecode=info.start_timecode,
        track_path=track,
        title="Title",
        artist="Artist",
        licence="CC0",
        link=None,
        segments=lay_under(clip_duration_s=info.duration_s, track_duration_s=30.0, start_s=10.0),
    )


def level_at(path: Path, hz: float) -> float:
    """The amplitude of one frequency over the second after the first."""
    sound = read_waveform(path, RATE_HZ, 1, start_s=1.0, duration_s=1.0)[:, 0]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) * 4 / len(sound)
    return float(spectrum[round(hz)])


def test_video_holds_music_and_clip_sound_by_the_sliders(plan: MixPlan, tmp_path: Path) -> None:
    quieter = plan.with_gains(music_gain_db=-6.0206, clip_gain_db=-12.0412)
    out = render_video(quieter, tmp_path / "out.mp4", silent())
    assert level_at(out, 880) == pytest.approx(0.1, rel=0.05)
    assert level_at(out, 440) == pytest.approx(0.0625, rel=0.05)
    with av.open(str(out)) as container:
        assert (container.duration or 0) / av.time_base == pytest.approx(4.0, abs=0.04)


def test_muted_clip_sound_is_not_heard(plan: MixPlan, tmp_path: Path) -> None:
    out = render_video(plan.with_gains(clip_gain_db=-60.0), tmp_path / "out.mp4", silent())
    assert level_at(out, 440) < 0.001


def test_clip_without_sound_gets_the_music(
    plan: MixPlan, write_clip: WriteClip, tmp_path: Path
) -> None:
    mute = write_clip(tmp_path / "mute.mp4", n_frames=100, sound=None)
    out = render_video(replace(plan, clip_path=mute), tmp_path / "out.mp4", silent())
    assert level_at(out, 880) == pytest.approx(0.2, rel=0.05)
    assert render_preview(replace(plan, clip_path=mute), tmp_path / "p", silent()).clip_wav is None


def test_video_goes_where_its_codec_fits(
    plan: MixPlan, write_clip: WriteClip, tmp_path: Path
) -> None:
    prores = write_clip(
        tmp_path / "a.mov", codec="prores_ks", pixel_format="yuv422p10le", n_frames=100
    )
    out = render_video(replace(plan, clip_path=prores), tmp_path / "out.mp4", silent())
    assert out == tmp_path / "out.mov"
    assert not (tmp_path / "out.mp4").exists()


def test_wav_is_music_alone_of_the_clips_length(plan: MixPlan, tmp_path: Path) -> None:
    out = tmp_path / "music.wav"
    mix_to_wav(plan, out, silent())
    info = soundfile.info(out)
    assert (info.frames, info.samplerate, info.subtype) == (4 * RATE_HZ, RATE_HZ, "PCM_24")
    assert level_at(out, 880) == pytest.approx(0.2, rel=0.01)
    assert level_at(out, 440) < 0.001
    assert abs(soundfile.read(out)[0][-1, 0]) < 0.001


def test_loud_plans_stay_below_the_ceiling(plan: MixPlan, tmp_path: Path) -> None:
    out = tmp_path / "music.wav"
    mix_to_wav(plan.with_gains(music_gain_db=20.0), out, silent())
    assert measure_loudness(out).true_peak_dbtp <= -1.0


def test_preview_is_two_wavs_of_the_clips_length_without_sliders(
    plan: MixPlan, tmp_path: Path
) -> None:
    folder = tmp_path / "preview"
    sound = render_preview(plan.with_gains(music_gain_db=-20, clip_gain_db=-20), folder, silent())
    assert sound.clip_wav is not None
    for path in (sound.music_wav, sound.clip_wav):
        info = soundfile.info(path)
        assert (info.frames, info.samplerate, info.channels) == (4 * RATE_HZ, RATE_HZ, 2)
        assert info.subtype == "PCM_16"
    assert level_at(sound.music_wav, 880) == pytest.approx(0.2, rel=0.01)
    assert level_at(sound.clip_wav, 440) == pytest.approx(0.25, rel=0.05)


def test_preview_of_an_equal_plan_is_used_again_and_old_ones_go(
    plan: MixPlan, tmp_path: Path
) -> None:
    folder = tmp_path / "preview"
    first = render_preview(plan, folder, silent())
    made_ns = first.music_wav.stat().st_mtime_ns
    assert render_preview(plan.with_gains(music_gain_db=-3.0), folder, silent()) == first
    assert first.music_wav.stat().st_mtime_ns == made_ns
    for n in range(6):
        moved = replace(plan, segments=(Segment(n, 0.0, 4.0),))
        os.utime(render_preview(moved, folder, silent()).music_wav, ns=(n, made_ns + n))
    assert len(list(folder.glob("music-*.wav"))) == 4


def test_nothing_is_written_over_without_being_asked(plan: MixPlan, tmp_path: Path) -> None:
    out = tmp_path / "there"
    out.write_text("mine")
    video = tmp_path / "there.mp4"
    video.write_text("mine")
    for write in (
        lambda: mix_to_wav(plan, out, silent()),
        lambda: write_timeline(plan, out),
        lambda: write_credits(plan, out),
        lambda: render_video(plan, video, silent()),
    ):
        with pytest.raises(ExportError, match="already"):
            write()
    assert out.read_text() == video.read_text() == "mine"
    write_credits(plan, out, overwrite=True)
    assert out.read_text().startswith("Music: “Title” by Artist")


def test_sources_are_never_written_over_under_any_name(plan: MixPlan, tmp_path: Path) -> None:
    second_name, link = tmp_path / "second.mp4", tmp_path / "link.wav"
    os.link(plan.clip_path, second_name)
    link.symlink_to(plan.track_path)
    before = plan.clip_path.read_bytes(), plan.track_path.read_bytes()
    for out in (plan.clip_path, second_name):
        with pytest.raises(ExportError, match="the clip or the track itself"):
            render_video(plan, out, silent(), overwrite=True)
    with pytest.raises(ExportError, match="the clip or the track itself"):
        mix_to_wav(plan, link, silent(), overwrite=True)
    assert (plan.clip_path.read_bytes(), plan.track_path.read_bytes()) == before


def test_folder_in_the_place_of_a_file_is_named(plan: MixPlan, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="folder"):
        mix_to_wav(plan, tmp_path, silent(), overwrite=True)


def test_timeline_is_readable_and_refers_to_the_wav(plan: MixPlan, tmp_path: Path) -> None:
    wav, out = tmp_path / "music.wav", tmp_path / "edit.otio"
    mix_to_wav(plan, wav, silent())
    write_timeline(plan, out, music_wav=wav)
    timeline = otio.adapters.read_from_file(str(out))
    assert timeline.duration().to_seconds() == pytest.approx(4.0)
    assert [track.name for track in timeline.tracks] == ["Picture", "Clip sound", "Music"]
    assert timeline.tracks[2][0].media_reference.target_url == wav.as_uri()
