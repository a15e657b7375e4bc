"""Where somebody speaks, by Silero VAD."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.pack_manifest import load_manifest
from engine.encoders.session import OnnxModel, open_model
from engine.paths import bundled_models_dir

PACK: Final = "silero-vad"
PACK_KIND: Final = "voice"
NETWORK = "silero-vad.onnx"
RATE_HZ = 16_000
FRAME_SAMPLES = 512
FRAME_S = FRAME_SAMPLES / RATE_HZ
CONTEXT_SAMPLES = 64
STATE = (1, 1, 128)
_FRAMES_AT_ONCE = 512

Samples = npt.NDArray[np.float32]


class VoiceDetector:
    """Silero VAD 6 (Silero Team, 2024): the probability of speech in each 32 ms."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Load the pack in `folder`, or the bundled one.

        Raises:
            PackError: when the pack is missing, edited or damaged.
        """
        folder = folder or bundled_models_dir() / PACK
        # A recurrent network of this size gains nothing from a second thread.
        return cls(open_model(folder, load_manifest(folder), NETWORK, n_threads=1))

    def probabilities(self, blocks: Iterable[Samples]) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the probability of speech in each frame of 32 ms, in parts.

        Args:
            blocks: float32 (n,) each, of any length, one recording at `RATE_HZ`.

        Returns:
            Parts float32 (m,); the last frame of all is filled up with silence.
        """
        h = c = np.zeros(STATE, np.float32)
        context = np.zeros(CONTEXT_SAMPLES, np.float32)
        for frames in _framed(blocks):
            before = np.concatenate([context[None], frames[:-1, -CONTEXT_SAMPLES:]])
            context = frames[-1, -CONTEXT_SAMPLES:]
            out = self._model.run(input=np.concatenate([before, frames], axis=1), h=h, c=c)
            h, c = out["hn"], out["cn"]
            yield out["speech_probs"]


def _framed(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Yield float32 (n, 512), at most as many frames as the network takes at once."""
    size = FRAME_SAMPLES * _FRAMES_AT_ONCE
    pending = np.zeros(0, np.float32)
    for block in blocks:
        pending = np.concatenate([pending, block])
        while len(pending) >= size:
            yield pending[:size].reshape(-1, FRAME_SAMPLES)
            pending = pending[size:]
    if len(pending):
        filled = np.pad(pending, (0, -len(pending) % FRAME_SAMPLES))
        yield filled.reshape(-1, FRAME_SAMPLES)
