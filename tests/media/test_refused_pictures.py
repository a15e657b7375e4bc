"""Pictures are refused where films are read, though libav opens some of them."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from engine.errors import MediaUnreadable
from engine.media.probe import probe_video
from engine.media.track_probe import probe_audio

WriteClip = Callable[..., Path]


@pytest.mark.parametrize(
    ("suffix", "codec", "pixel_format", "n_frames", "kind"),
    [
        (".gif", "gif", "rgb8", 5, "GIF"),
        (".webp", "libwebp_anim", "yuv420p", 5, "WebP"),
        (".avif", "libsvtav1", "yuv420p", 5, "HEIF"),
        (".avif", "libsvtav1", "yuv420p", 1, "HEIF"),
        (".jpg", "mjpeg", "yuvj420p", 1, "JPEG"),
        (".bmp", "bmp", "bgr24", 1, "BMP"),
        (".tiff", "tiff", "rgb24", 1, "TIFF"),
    ],
)
@pytest.mark.parametrize("name", ["clip", "clip.mp4"])
def test_pictures_are_refused_by_their_format_also_animated_ones(
    tmp_path: Path, suffix: str, codec: str, pixel_format: str, n_frames: int, kind: str, name: str
) -> None:
    written = tmp_path / f"picture{suffix}"
    form = "image2" if suffix in (".jpg", ".bmp", ".tiff") else None
    with av.open(str(written), "w", form) as out:
        stream = out.add_stream(codec, 10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixel_format
        for n in range(n_frames):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64), 40 * n, np.uint8), "gray")
            out.mux(stream.encode(frame.reformat(format=pixel_format)))
        out.mux(stream.encode(None))
    path = written.rename(tmp_path / name)
    for probe in (probe_video, probe_audio):
        with pytest.raises(MediaUnreadable, match=f"this is a {kind} picture"):
            probe(path)


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"msf1"])
def test_photos_of_phones_are_refused_though_libav_opens_them(
    brand: bytes, write_clip: WriteClip, tmp_path: Path
) -> None:
    data = write_clip(tmp_path / "clip.mp4", n_frames=1, sound=None).read_bytes()
    path = tmp_path / "photo.heic"
    path.write_bytes(data[:8] + brand + data[12:])
    with pytest.raises(MediaUnreadable, match="this is a HEIF picture"):
        probe_video(path)
