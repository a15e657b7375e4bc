"""Loudness by EBU R128, measured block by block with libav's ebur128 filter."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.filter import Graph

from engine.media.waveform import read_blocks
from engine.progress import Progress, silent
from engine.translation import tr

RATE_HZ = 48_000
# The absolute gate of EBU R128: nothing below it is measured, silence included.
SILENCE_LUFS = -70.0
_MIN_PEAK_DBTP = -120.0


@dataclass(frozen=True, slots=True)
class LoudnessInfo:
    """Loudness of a piece by EBU R128.

    Attributes:
        integrated_lufs: of the whole, gated; -70 for silence.
        range_lu: loudness range (EBU Tech 3342); 0 for pieces that are too short.
        true_peak_dbtp: highest true peak (ITU-R BS.1770); -120 for silence.
        momentary_lufs: float32 (n,), loudness over 400 ms, every 100 ms, -70 or above.
    """

    integrated_lufs: float
    range_lu: float
    true_peak_dbtp: float
    momentary_lufs: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.integrated_lufs, self.range_lu, self.true_peak_dbtp))):
            raise ValueError("loudness is finite")


def measure_loudness(
    path: Path | str,
    start_s: float = 0.0,
    duration_s: float | None = None,
    progress: Progress | None = None,
) -> LoudnessInfo:
    """Measure a music file or a clip's sound, played on two speakers.

    A mono file plays on both, which adds 3 LU to its single channel.

    Args:
        path, start_s, duration_s: as in `read_blocks`.
        progress: receives the seconds measured.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream: as `read_blocks`.
    """
    progress = progress or silent()

    def samples() -> Iterator[npt.NDArray[np.float32]]:
        for block in read_blocks(path, RATE_HZ, 2, 5.0, start_s, duration_s):
            yield block.samples
            progress.step(tr("Measuring loudness"), block.start_s - start_s, duration_s)

    return measure_samples(samples())


def measure_samples(blocks: Iterable[npt.NDArray[np.float32]]) -> LoudnessInfo:
    """Measure sound that is already decoded.

    Args:
        blocks: float32 (n, 2) each, at `RATE_HZ`.
    """
    meter = LoudnessMeter()
    for samples in blocks:
        meter.push(samples)
    return meter.close()


class LoudnessMeter:
    """Measures sound as it comes, block by block."""

    def __init__(self) -> None:
        self._graph = Graph()
        source = self._graph.add_abuffer(sample_rate=RATE_HZ, format="flt", layout="stereo")
        meter = self._graph.add("ebur128", "metadata=1:peak=true:framelog=quiet")
        sink = self._graph.add("abuffersink")
        self._graph.link_nodes(source, meter, sink).configure()
        self._n_pushed = 0
        self._momentary: list[float] = []
        self._last: dict[str, str] = {}
        self._peak_dbtp = _MIN_PEAK_DBTP

    def push(self, samples: npt.NDArray[np.float32]) -> None:
        """Add the next samples, float32 (n, 2) at `RATE_HZ`."""
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = RATE_HZ
        frame.time_base = Fraction(1, RATE_HZ)
        frame.pts = self._n_pushed
        self._n_pushed += len(samples)
        self._graph.push(frame)
        self._pull()

    def close(self) -> LoudnessInfo:
        """Return the loudness of all of it."""
        self._graph.push(None)
        self._pull()
        return LoudnessInfo(
            integrated_lufs=self._read("lavfi.r128.I", SILENCE_LUFS),
            range_lu=max(self._read("lavfi.r128.LRA", 0.0, floor=0.0), 0.0),
            true_peak_dbtp=self._peak_dbtp,
            momentary_lufs=np.asarray(self._momentary, np.float32),
        )

    def _pull(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if "lavfi.r128.M" not in frame.metadata:
                continue
            self._last = dict(frame.metadata)
            self._momentary.append(self._read("lavfi.r128.M", SILENCE_LUFS))
            for key, value in self._last.items():
                # The highest so far of each channel, linear.
                if key.startswith("lavfi.r128.true_peaks_ch") and float(value) > 0:
                    peak_dbtp = 20 * math.log10(float(value))
                    self._peak_dbtp = max(self._peak_dbtp, peak_dbtp)

    def _read(self, key: str, default: float, floor: float = SILENCE_LUFS) -> float:
        value = float(self._last.get(key, default))
        return max(value, floor) if math.isfinite(value) else default
