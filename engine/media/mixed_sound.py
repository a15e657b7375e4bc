"""Encode the mixed sound into an exported video, in step with its picture."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import av
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

Samples = npt.NDArray[np.float32]

SOUND_RATE_HZ = 48_000
_AAC_BIT_RATE = 128_000  # of each channel


class SoundWriter:
    """Encodes blocks of sound into the target, up to a given time.

    Args:
        target: a container open for writing.
        blocks: float32 (n, channels) at `SOUND_RATE_HZ`, with the channels of the layout.
        codec: name of the encoder.
        layout: libav's name of the channels' places.
    """

    def __init__(
        self,
        target: "OutputContainer",
        blocks: Iterable[Samples],
        codec: Literal["aac", "pcm_s24le"],
        layout: str,
    ) -> None:
        self._target = target
        self._blocks = iter(blocks)
        self._layout = layout
        self._n_channels = av.AudioLayout(layout).nb_channels
        self._pending = np.zeros((0, self._n_channels), np.float32)
        self._n_written = 0
        self.stream: AudioStream = target.add_stream(codec, rate=SOUND_RATE_HZ, layout=layout)
        if codec == "aac":
            self.stream.bit_rate = _AAC_BIT_RATE * self._n_channels

    def write_until(self, end_s: float) -> None:
        """Write up to `end_s`, or all blocks where they end earlier."""
        n_wanted = round(end_s * SOUND_RATE_HZ) - self._n_written
        while n_wanted > 0:
            if not len(self._pending):
                block = next(self._blocks, None)
                if block is None:
                    return
                self._pending = block
            part, self._pending = self._pending[:n_wanted], self._pending[n_wanted:]
            n_wanted -= len(part)
            if len(part):
                self._encode(part)

    def finish(self, end_s: float) -> None:
        """Write up to `end_s`, and flush the encoder."""
        self.write_until(end_s)
        self._target.mux(self.stream.encode(None))

    def _encode(self, samples: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, dtype=np.float32).reshape(1, -1), "flt", self._layout
        )
        frame.sample_rate = SOUND_RATE_HZ
        frame.time_base = Fraction(1, SOUND_RATE_HZ)
        frame.pts = self._n_written
        self._n_written += len(samples)
        self._target.mux(self.stream.encode(frame))
