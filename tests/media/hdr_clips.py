"""Clips in HDR, made from ordinary ones."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

from engine.media.tone import HLG, PQ

FloatArray = npt.NDArray[np.floating[Any]]

_TRANSFERS = {PQ: "smpte2084", HLG: "arib-std-b67"}
# Linear BT.709 to BT.2020 primaries (ITU-R BT.2087).
_TO_BT2020 = np.array(
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]],
    np.float32,
)
_WHITE_NITS = 203.0


def write_as_hdr(clip: Path, path: Path, transfer: int, size: tuple[int, int]) -> Path:
    """Write an ordinary clip's picture in HDR, its white as diffuse white.

    Args:
        clip: the ordinary one.
        path: what is written.
        transfer: PQ or HLG.
        size: width and height, even.
    """
    name = _TRANSFERS[transfer]
    params = f"log-level=none:transfer={name}:colorprim=bt2020:colormatrix=bt2020nc"
    options = {"preset": "ultrafast", "x265-params": params}
    with av.open(str(clip)) as source, av.open(str(path), "w") as out:
        rate = source.streams.video[0].average_rate
        stream = out.add_stream("libx265", rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p10le"
        for frame in source.decode(video=0):
            pixels = frame.reformat(*size, format="rgb24").to_ndarray()
            # What an ordinary screen shows (ITU-R BT.1886).
            light = (pixels / np.float32(255)) ** 2.4 @ _TO_BT2020.T
            planes = _planes(_coded(light, transfer))
            out.mux(stream.encode(av.VideoFrame.from_ndarray(planes, "yuv420p10le")))
        out.mux(stream.encode(None))
    return path


def _coded(light: FloatArray, transfer: int) -> FloatArray:
    """Return the code, from 0 to 1, of light in diffuse whites."""
    nits = light * _WHITE_NITS
    if transfer == PQ:
        power = (nits / 10_000) ** (2610 / 16384)
        return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    # On a screen of 1000 nits.
    scene = (nits / 1000) ** (1 / 1.2)
    bright = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-6)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright)


def _planes(coded: FloatArray) -> npt.NDArray[np.uint16]:
    """Return ten-bit Y'CbCr of BT.2020 with half the colour, as one array of planes."""
    red, green, blue = np.moveaxis(coded, 2, 0)
    luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
    height, width = luma.shape
    colour = [
        ((channel - luma) / scale).reshape(height // 2, 2, width // 2, 2).mean((1, 3))
        for channel, scale in ((blue, 1.8814), (red, 1.4746))
    ]
    planes = [64 + 876 * luma, *(512 + 896 * each for each in colour)]
    return (
        np.concatenate([np.rint(plane).ravel() for plane in planes])
        .reshape(-1, width)
        .astype(np.uint16)
    )
