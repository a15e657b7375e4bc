"""Sound at another sample rate."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]


def resampled(
    chunks: Iterable[Samples], from_hz: int, to_hz: int, n_channels: int
) -> Iterator[Samples]:
    """Yield sound at another sample rate, converted by soxr's high-quality filter.

    Args:
        chunks: float32 (n, n_channels) each.
        from_hz, to_hz: sample rates.
        n_channels: of all chunks.
    """
    if from_hz == to_hz:
        yield from chunks
        return
    stream = soxr.ResampleStream(from_hz, to_hz, n_channels, dtype="float32", quality="HQ")
    for chunk in chunks:
        yield stream.resample_chunk(chunk)
    yield stream.resample_chunk(np.zeros((0, n_channels), np.float32), last=True)
