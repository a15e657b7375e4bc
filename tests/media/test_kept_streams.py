"""What an exported video keeps beside the clip's picture, known and said before it is written."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition

from engine.media.probe import probe_video
from tests.media.exporting import export, plan
from tests.media.many_streams import (
    PLAIN,
    Attachment,
    Picture,
    Raw,
    Sound,
    Subtitles,
    write_streams,
)

COVER = Picture(
    "mjpeg", "yuvj420p", size=(64, 64), n_frames=1, disposition=Disposition.attached_pic
)


def kinds(path: Path) -> list[tuple[str, str | None]]:
    """Return type and codec of each stream, without the track of chapters."""
    with av.open(str(path)) as container:
        n_chapters = len(container.chapters())
        return [
            (stream.type, stream.name)
            for stream in container.streams
            if not (stream.name == "bin_data" and n_chapters)
        ]


def subtitles(path: Path) -> list[tuple[float, float, str]]:
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        return [
            (
                float(packet.pts * packet.time_base),
                float((packet.duration or 0) * packet.time_base),
                bytes(packet).decode("utf-8", "replace").strip("\0\x05"),
            )
            for packet in container.demux(stream)
            if packet.size > 2 and packet.pts is not None
        ]


def test_every_stream_is_kept_in_matroska(tmp_path: Path) -> None:
    clip = write_streams(
        tmp_path / "clip.mkv",
        Picture(),
        Sound(440, language="eng"),
        Sound(880, "flac", language="fra", disposition=Disposition.default),
        Sound(220, "libopus", "mono", "deu"),
        Subtitles("hello", "subrip", "eng"),
        Subtitles("bonjour", "ass", "fra"),
        Attachment(),
        chapters=("One", "Two"),
    )
    made = export(clip, "out.mkv")
    assert made.notes == ()
    before = kinds(clip)
    before[2] = ("audio", "aac")  # the default one is replaced by the mix
    assert kinds(made.out) == before
    with av.open(str(made.out)) as container:
        assert [stream.language for stream in container.streams.audio] == ["eng", "fra", "deu"]
        default = [bool(s.disposition & Disposition.default) for s in container.streams.audio]
        assert default == [False, True, False]
        attached = container.streams.attachments[0]
        assert (attached.name, attached.data) == ("font.ttf", Attachment().content)
        chapters = container.chapters()
        assert [each["metadata"]["title"] for each in chapters] == ["One", "Two"]
        assert [float(each["start"] * (each["time_base"] or 0)) for each in chapters] == [0, 1]
    assert subtitles(made.out) == [(0.5, 1.0, "hello")]


def test_what_mp4_cannot_hold_is_named_or_rewritten(tmp_path: Path) -> None:
    clip = write_streams(
        tmp_path / "clip.mkv",
        Picture(),
        Sound(440),
        Sound(880, "pcm_u8", language="fra"),
        Subtitles("hello", "subrip"),
        Subtitles("<i>two</i> words", "ass"),
        Attachment(),
        chapters=("One", "Two"),
    )
    made = export(clip, "out.mp4")
    assert len(made.notes) == 2
    assert made.notes[0].startswith("Left out: another sound in PCM unsigned 8-bit")
    assert made.notes[0].endswith("fra. MP4 can't contain it; MKV can.")
    assert made.notes[1] == ("Left out: the attached file font.ttf. MP4 can't contain it; MKV can.")
    texts = [("subtitle", "mov_text")] * 2
    assert kinds(made.out) == [("video", "h264"), ("audio", "aac"), *texts]
    assert subtitles(made.out) == [(0.5, 1.0, "hello")]
    with av.open(str(made.out)) as container:
        assert [each["metadata"]["title"] for each in container.chapters()] == ["One", "Two"]


@pytest.mark.parametrize(("before", "after"), [("mp4", "mkv"), ("mov", "mkv"), ("mp4", "mov")])
def test_text_subtitles_go_between_containers(before: str, after: str, tmp_path: Path) -> None:
    text = Subtitles("hello", "mov_text")
    clip = write_streams(tmp_path / f"clip.{before}", Picture(), Sound(), text)
    made = export(clip, f"out.{after}")
    assert made.notes == ()
    assert subtitles(made.out) == [(0.5, 1.0, "hello")]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_several_pictures_and_a_cover_are_kept(suffix: str, tmp_path: Path) -> None:
    preview = Picture(size=(64, 36), disposition=PLAIN)
    clip = write_streams(tmp_path / "clip.mp4", preview, Picture(), Sound(), COVER)
    made = export(clip, f"out{suffix}")
    assert made.notes == ()
    with av.open(str(made.out)) as container:
        sizes = [(stream.width, stream.height) for stream in container.streams.video]
        covers = [bool(s.disposition & Disposition.attached_pic) for s in container.streams.video]
    assert sizes == [(64, 36), (320, 180), (64, 64)]
    assert covers == [False, False, True]
    assert probe_video(made.out).width == 320


def test_a_cover_in_mov_is_named(tmp_path: Path) -> None:
    clip = write_streams(tmp_path / "clip.mp4", Picture(), Sound(), COVER)
    made = export(clip, "out.mov")
    assert made.notes == ("Left out: the cover picture. MOV can't contain it; MKV can.",)


@pytest.mark.parametrize(
    ("layout", "codec", "suffix", "expected"),
    [
        ("5.1", "aac", ".mp4", "5.1"),
        ("5.1(side)", "ac3", ".mkv", "5.1"),
        ("7.1", "flac", ".mkv", "7.1"),
        ("5.1(side)", "pcm_s16le", ".mov", "5.1(side)"),
        ("quad", "pcm_s16le", ".mov", "quad"),
        ("6.1", "flac", ".mkv", "stereo"),
    ],
)
def test_surround_sound_keeps_its_channels(
    layout: str, codec: str, suffix: str, expected: str, tmp_path: Path
) -> None:
    clip = write_streams(tmp_path / f"clip{suffix}", Picture(), Sound(layout=layout, codec=codec))
    made = export(clip, f"out{suffix}")
    assert made.layout == expected
    assert bool(made.notes) == (expected == "stereo")
    with av.open(str(made.out)) as container:
        assert container.streams.audio[0].layout.name == expected
    assert plan(clip, f"out{suffix}", "stereo").layout == "stereo"
    assert plan(clip, f"out{suffix}", "stereo").notes == ()


def test_other_sounds_stay_in_step_and_end_with_the_picture(tmp_path: Path) -> None:
    # The picture starts at 0 s; the second sound 0.4 s later, and lasts longer than the picture.
    late = Sound(880, start_s=0.4, duration_s=5.0)
    clip = write_streams(tmp_path / "clip.mkv", Picture(), Sound(440), late)
    made = export(clip, "out.mp4")
    with av.open(str(made.out)) as container:
        stream = container.streams.audio[1]
        assert float((stream.start_time or 0) * (stream.time_base or 0)) == pytest.approx(
            0.4, abs=0.03
        )
        assert (container.duration or 0) / av.time_base == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize(
    ("codec", "suffix", "is_kept"),
    [
        ("libopus", ".mp4", True),
        ("ac3", ".mp4", True),
        ("mp2", ".mp4", True),
        ("flac", ".mp4", True),
        ("pcm_s16le", ".mp4", True),
        ("wavpack", ".mp4", False),
        ("libopus", ".mov", False),
        ("pcm_s24le", ".mov", True),
        ("wavpack", ".mkv", True),
    ],
)
def test_a_second_sound_is_kept_or_named(
    codec: str, suffix: str, is_kept: bool, tmp_path: Path
) -> None:
    clip = write_streams(tmp_path / "clip.mkv", Picture(), Sound(440), Sound(880, codec))
    made = export(clip, f"out{suffix}")
    assert len(made.notes) == (not is_kept)
    with av.open(str(made.out)) as container:
        sounds = container.streams.audio
        assert len(sounds) == 1 + is_kept
        if is_kept:
            resampler = av.AudioResampler("flt", "mono", 48_000)
            wave = np.concatenate(
                [
                    part.to_ndarray()[0]
                    for frame in container.decode(sounds[1])
                    for part in resampler.resample(frame)
                ]
            )
            spectrum = np.abs(np.fft.rfft(wave[24_000:72_000]))
            assert int(spectrum.argmax()) in (880, 980)  # the left or the right channel


def test_streams_of_broadcasts_are_kept_or_named(tmp_path: Path) -> None:
    page = bytes.fromhex("20000f1000010002050000ff")
    key = bytes.fromhex("060e2b34020b01010e0103010100000004") + b"abcd"
    clip = write_streams(
        tmp_path / "clip.ts",
        Picture(),
        Sound(codec="mp2"),
        Raw("dvb_subtitle", page),
        Raw("dvb_teletext", b"\x10\x02\x2c" + bytes(44)),
        Raw("klv", key),
    )
    teletext = "Left out: subtitles in an unknown format. Soundbed can't copy it."
    made = export(clip, "out.mkv")
    assert made.notes == (teletext, "Left out: data in klv. MKV can't contain it.")
    assert kinds(made.out)[2:] == [("subtitle", "dvbsub")]
    made = export(clip, "out.mp4")
    assert made.notes == (
        "Left out: subtitles in DVB subtitles (dvbsub). MP4 can't contain it; MKV can.",
        teletext,
        "Left out: data in klv. MP4 can't contain it.",
    )


def test_measurements_of_action_cameras_are_kept(tmp_path: Path) -> None:
    text = Subtitles("position and speed", "mov_text")
    clip = write_streams(tmp_path / "clip.mp4", Picture(), Sound(), text)
    # No muxer of libav's makes such a stream from nothing: subtitles get its names.
    renamed = clip.read_bytes().replace(b"tx3g", b"gpmd").replace(b"sbtl", b"meta")
    clip.write_bytes(renamed)
    made = export(clip, "out.mp4")
    assert made.notes == ()
    assert b"gpmd" in made.out.read_bytes()
    with av.open(str(made.out)) as container:
        (data,) = container.streams.data
        packets = [bytes(packet) for packet in container.demux(data) if packet.size]
    assert any(packet.endswith(b"position and speed") for packet in packets)
    (note,) = export(clip, "out.mkv").notes
    assert note.endswith("MKV can't contain it; MP4 can.")
