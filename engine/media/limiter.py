"""Keep true peaks below a ceiling, with libav's lookahead limiter."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import cast

import av
import av.filter
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_OVERSAMPLING = 4  # ITU-R BS.1770 measures true peaks at four times 48 kHz
_HEADROOM_DB = 0.3  # how much resampling to the lower rate can raise a peak
_ATTACK_MS = 5
_RELEASE_MS = 80


def limit_peaks(blocks: Iterable[Samples], rate_hz: int, ceiling_dbtp: float) -> Iterator[Samples]:
    """Yield the same sound with no true peak above `ceiling_dbtp`; quieter sound is unchanged.

    Args:
        blocks: float32 (n, channels) each, of any length.
        rate_hz: sample rate of the blocks.
        ceiling_dbtp: in dB relative to full scale, usually -1.

    Returns:
        Blocks float32 (m, channels), together exactly as long as the input and in sync with it;
        all channels are lowered alike.
    """
    waiting = iter(blocks)
    first = next(waiting, None)
    if first is None:
        return
    n_channels = first.shape[1]
    layout = "stereo" if n_channels == 2 else f"{n_channels}c"
    graph = _limiter_graph(rate_hz, ceiling_dbtp, layout)
    n_in = n_out = 0
    for block in chain([first], waiting):
        if not len(block):
            continue
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block, dtype=np.float32).reshape(1, -1), "flt", layout
        )
        frame.sample_rate = rate_hz
        frame.pts = n_in
        n_in += len(block)
        graph.push(frame)
        for samples in _pull(graph, n_channels):
            n_out += len(samples)
            yield samples
    graph.push(None)
    for samples in _pull(graph, n_channels):
        kept = samples[: n_in - n_out]
        n_out += len(kept)
        yield kept
    if n_out < n_in:
        yield np.zeros((n_in - n_out, n_channels), np.float32)


def _limiter_graph(rate_hz: int, ceiling_dbtp: float, layout: str) -> av.filter.Graph:
    graph = av.filter.Graph()
    limit = 10 ** ((ceiling_dbtp - _HEADROOM_DB) / 20)
    graph.link_nodes(
        graph.add_abuffer(sample_rate=rate_hz, format="flt", layout=layout),
        graph.add("aresample", f"{rate_hz * _OVERSAMPLING}"),
        graph.add(
            "alimiter",
            f"limit={limit:.6f}:attack={_ATTACK_MS}:release={_RELEASE_MS}:level=0:latency=1",
        ),
        graph.add("aresample", f"{rate_hz}"),
        graph.add("aformat", f"sample_fmts=flt:sample_rates={rate_hz}:channel_layouts={layout}"),
        graph.add("abuffersink"),
    ).configure()
    return graph


def _pull(graph: av.filter.Graph, n_channels: int) -> Iterator[Samples]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield cast(Samples, frame.to_ndarray()).reshape(-1, n_channels)
