"""From the probability of speech in each frame to the spans in which somebody speaks."""

import numpy as np
import numpy.typing as npt

from engine.encoders.voice import FRAME_S

# As recommended by the authors of Silero VAD: speech begins above the first, ends below the second.
_BEGINS = 0.5
_ENDS = 0.35
# Shorter pauses belong to the speech, shorter sounds aren't any.
_SHORTEST_PAUSE_S = 0.3
_SHORTEST_SPEECH_S = 0.25
# A voice is there before and after it can be told from noise.
_MARGIN_S = 0.06

Spans = npt.NDArray[np.float64]


def find_speech(probabilities: npt.NDArray[np.float32], duration_s: float) -> Spans:
    """Return where somebody speaks.

    Args:
        probabilities: (n,), of speech in each frame of 32 ms.
        duration_s: of the sound.

    Returns:
        float64 (m, 2), start and end in seconds, by time, without overlaps.
    """
    starts, ends = _above(probabilities)
    spans = np.stack([starts, ends], axis=1) * FRAME_S
    spans = _joined(spans, _SHORTEST_PAUSE_S)
    spans = spans[spans[:, 1] - spans[:, 0] >= _SHORTEST_SPEECH_S]
    spans += (-_MARGIN_S, _MARGIN_S)
    # Margins are shorter than the shortest pause, so nothing overlaps.
    spans = np.clip(spans, 0.0, duration_s)
    return spans[spans[:, 1] > spans[:, 0]]


def _above(probabilities: npt.NDArray[np.float32]) -> tuple[Spans, Spans]:
    """Return the first frame of each span, and the first after it, with two thresholds."""
    sure = np.flatnonzero(probabilities >= _BEGINS)
    ended = np.append(np.flatnonzero(probabilities < _ENDS), len(probabilities))
    # Each sure frame belongs to the span that lasts until the next frame below the lower threshold.
    end_of = ended[np.searchsorted(ended, sure)]
    ends, first = np.unique(end_of, return_index=True)
    return sure[first].astype(np.float64), ends.astype(np.float64)


def _joined(spans: Spans, pause_s: float) -> Spans:
    """Join spans with a shorter pause between them."""
    if not len(spans):
        return spans
    apart = np.flatnonzero(spans[1:, 0] - spans[:-1, 1] >= pause_s)
    starts = spans[np.append(0, apart + 1), 0]
    ends = spans[np.append(apart, len(spans) - 1), 1]
    return np.stack([starts, ends], axis=1)
