"""How an exported video holds the clip's picture, known and said before it is written."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from engine.errors import ExportError
from tests.media.exporting import export, plan
from tests.media.many_streams import Picture, Sound, write_streams

WriteClip = Callable[..., Path]
PRORES = ("apco", "apcs", "apcn", "apch", "ap4h", "ap4x")


def pixels(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [
            frame.reformat(format="rgb48le").to_ndarray().tobytes()
            for frame in container.decode(video=0)
        ]


@pytest.mark.parametrize(
    ("fields", "suffix", "wanted", "expected"),
    [
        ({}, ".mp4", "a.mp4", "a.mp4"),
        ({}, ".mp4", "a.MOV", "a.MOV"),
        ({}, ".mp4", "a.mkv", "a.mkv"),
        ({}, ".mp4", "a", "a.mp4"),
        ({}, ".mp4", "my.holiday", "my.holiday.mp4"),
        ({}, ".mp4", "a.avi", "a.mp4"),
        ({"codec": "prores_ks", "pixel_format": "yuv422p10le"}, ".mov", "a.mp4", "a.mov"),
        ({"codec": "prores_ks", "pixel_format": "yuv422p10le"}, ".mov", "a.mkv", "a.mkv"),
        ({"codec": "libvpx", "sound": "libopus"}, ".webm", "a.webm", "a.mkv"),
        ({"codec": "ffv1"}, ".mkv", "a.mp4", "a.mkv"),
        # Found by trying: only MOV takes it, though no table says so.
        ({"codec": "magicyuv", "sound": "pcm_s16le"}, ".avi", "a.mp4", "a.mov"),
        ({"codec": "magicyuv", "sound": "pcm_s16le"}, ".avi", "a.mkv", "a.mov"),
    ],
)
def test_the_suffix_follows_what_a_container_can_hold(
    fields: dict[str, str],
    suffix: str,
    wanted: str,
    expected: str,
    write_clip: WriteClip,
    tmp_path: Path,
) -> None:
    clip = write_clip(tmp_path / f"clip{suffix}", n_frames=3, **fields)
    made = plan(clip, wanted)
    assert made.out == tmp_path / expected
    is_said = any(f"it is written as {expected}" in note for note in made.notes)
    assert is_said == (wanted != expected)


@pytest.mark.parametrize(
    ("codec", "suffix", "title"),
    [
        ("wmv2", ".wmv", "Windows Media Video 8"),
        ("huffyuv", ".avi", "Huffyuv"),
        ("flv", ".flv", "Sorenson Spark"),
    ],
)
def test_a_picture_that_no_container_takes_is_named(
    codec: str, suffix: str, title: str, write_clip: WriteClip, tmp_path: Path
) -> None:
    fields = {"pixel_format": "yuv422p"} if codec == "huffyuv" else {}
    clip = write_clip(tmp_path / f"clip{suffix}", codec=codec, n_frames=5, sound=None, **fields)
    with pytest.raises(ExportError, match=title) as caught:
        plan(clip, "out.mp4")
    assert caught.value.path == clip
    assert "H.264 or ProRes" in caught.value.remedy


@pytest.mark.parametrize("tag", PRORES)
def test_flavours_of_prores_are_kept(tag: str, tmp_path: Path) -> None:
    profile = str(PRORES.index(tag))
    pixel_format = "yuva444p10le" if tag.startswith("ap4") else "yuv422p10le"
    picture = Picture("prores_ks", pixel_format, n_frames=3, options=(("profile", profile),))
    clip = write_streams(tmp_path / "clip.mov", picture)
    for name in ("out.mov", "out.mkv"):
        made = export(clip, name)
        assert made.notes == ()
        assert pixels(made.out) == pixels(clip)
        with av.open(str(made.out)) as container:
            assert container.streams.video[0].codec_context.codec_tag == tag


@pytest.mark.parametrize(
    ("codec", "pixel_format", "options", "tag"),
    [
        ("mpeg2video", "yuv422p", (), "xd5b"),
        ("mpeg2video", "yuv420p", (), "xdv7"),
        ("libx265", "yuv420p10le", (("x265-params", "log-level=none"),), "hvc1"),
        ("mjpeg", "yuvj422p", (), "jpeg"),
        ("dnxhd", "yuv422p10le", (("profile", "dnxhr_hqx"),), "AVdh"),
    ],
)
def test_other_tags_are_kept(
    codec: str,
    pixel_format: str,
    options: tuple[tuple[str, str], ...],
    tag: str,
    tmp_path: Path,
) -> None:
    picture = Picture(codec, pixel_format, (640, 360), 5, tag=tag, options=options)
    made = export(write_streams(tmp_path / "clip.mov", picture), "out.mov")
    with av.open(str(made.out)) as container:
        assert container.streams.video[0].codec_context.codec_tag == tag
    assert pixels(made.out) == pixels(tmp_path / "clip.mov")


@pytest.mark.parametrize(
    ("codec", "pixel_format", "before", "after"),
    [("magicyuv", "yuv420p", "M8Y0", "M8Y0"), ("mpeg4", "yuv420p", "XVID", "mp4v")],
)
def test_tags_of_avi_are_kept_in_mov_where_mov_has_none(
    codec: str, pixel_format: str, before: str, after: str, tmp_path: Path
) -> None:
    clip = write_streams(tmp_path / "clip.avi", Picture(codec, pixel_format, tag=before))
    made = export(clip, "out.mov")
    assert made.notes == ()
    assert pixels(made.out) == pixels(clip)
    with av.open(str(made.out)) as container:
        assert container.streams.video[0].codec_context.codec_tag == after


def test_a_tag_that_a_container_changes_is_named(tmp_path: Path) -> None:
    picture = Picture("mpeg2video", "yuv422p", (640, 360), 5, tag="xd5b")
    made = export(write_streams(tmp_path / "clip.mov", picture), "out.mp4")
    assert made.notes == ("MP4 marks the picture as “mp4v” where the clip says “xd5b”.",)


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def with_box(movie: bytes, added: bytes) -> bytes:
    """Add a box to the description of an HEVC picture, the first track of an MP4."""
    head = {b"stsd": 16, b"hvc1": 86}
    start, end, sizes = 0, len(movie), []
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hvc1"):
        at = movie.index(name, start, end) - 4
        size = int.from_bytes(movie[at : at + 4], "big")
        sizes.append((at, size))
        start, end = at + head.get(name, 8), at + size
    longer = bytearray(movie[:end] + added + movie[end:])
    for at, size in sizes:
        longer[at : at + 4] = (size + len(added)).to_bytes(4, "big")
    return bytes(longer)


DOLBY_VISION = b"dvvC", bytes.fromhex("0100 1025 40") + bytes(19)
SPHERICAL = (
    b"sv3d",
    (box(b"svhd", bytes(5)) + box(b"proj", box(b"prhd", bytes(16)) + box(b"equi", bytes(20)))),
)


@pytest.mark.parametrize(("name", "content"), [DOLBY_VISION, SPHERICAL])
def test_settings_beside_the_standard_are_kept(name: bytes, content: bytes, tmp_path: Path) -> None:
    picture = Picture("libx265", options=(("x265-params", "log-level=none"),), tag="hvc1")
    clip = write_streams(tmp_path / "clip.mp4", picture, Sound())
    clip.write_bytes(with_box(clip.read_bytes(), box(name, content)))
    made = export(clip, "out.mp4")
    assert made.notes == ()
    assert name in made.out.read_bytes()


def test_transparency_is_kept(tmp_path: Path) -> None:
    picture = Picture("libvpx-vp9", "yuva420p", n_frames=5, options=(("auto-alt-ref", "0"),))
    clip = write_streams(tmp_path / "clip.webm", picture)
    made = export(clip, "out.mp4")
    assert made.out.suffix == ".mkv"
    with av.open(str(made.out)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert all(packet.has_sidedata("matroska_block_additional") for packet in packets)


def test_a_timecode_at_an_unusual_rate_is_named(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "clip.mkv", rate=Fraction(240), timecode="01:00:00:00", n_frames=30
    )
    made = plan(clip, "out.mp4")
    assert made.notes == ("Left out: the timecode; at this frame rate it can't be written.",)
