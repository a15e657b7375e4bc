"""How many times faster than they play clips and music are analysed, beside what can't be avoided.

    python -m tests.benchmarks.bench_real_time [--clip FILE …] [--music FILE …] [--repeats 5]

For each file, the medians of alternating runs in one process, in processor seconds, that is on one
core: the whole analysis of a clip's picture or of a music file; the decoding alone, once, as the
analysis reads it; the networks alone, on the same inputs.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MusicTagger, MusicTags
from engine.encoders.visual import VisualEncoder
from engine.media.frames import SHORT_SIDE, stream_frames
from engine.media.probe import probe_video
from engine.media.waveform import read_blocks
from engine.music.features import analyse_music
from engine.music.mel import RATE_HZ
from engine.progress import silent
from engine.video.clip_features import describe_video

_Work = Callable[[], object]


class _NotingEncoder(VisualEncoder):
    """Notes the inputs of the picture network."""

    noted: list[npt.NDArray[np.uint8]] | None = None

    def embed(self, frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        if self.noted is not None:
            self.noted.append(frames.copy())
        return super().embed(frames)


class _NotingTagger(MusicTagger):
    """Notes the inputs of the music networks."""

    noted: list[npt.NDArray[np.float32]] | None = None

    def tag(self, patches: npt.NDArray[np.float32]) -> MusicTags:
        if self.noted is not None:
            self.noted.append(patches.copy())
        return super().tag(patches)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clip", nargs="*", type=Path, default=[])
    parser.add_argument("--music", nargs="*", type=Path, default=[])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'times real time on one core':32}{'analysis':>10}{'decoding':>10}{'networks':>10}")
    for path in arguments.clip:
        _print(path, *_clip(path), arguments.repeats)
    for path in arguments.music:
        _print(path, *_music(path), arguments.repeats)


def _clip(path: Path) -> tuple[float, dict[str, _Work]]:
    info, encoder = probe_video(path), _NotingEncoder.load()
    inputs: list[npt.NDArray[np.uint8]] = []
    encoder.noted = inputs
    describe_video(info, encoder, silent())
    encoder.noted = None
    side = max(SHORT_SIDE, encoder.frame_size)
    return info.duration_s, {
        "analysis": lambda: describe_video(info, encoder, silent()),
        "decoding": lambda: sum(1 for _ in stream_frames(info, silent(), side)),
        "networks": lambda: [encoder.embed(frames) for frames in inputs],
    }


def _music(path: Path) -> tuple[float, dict[str, _Work]]:
    tagger = _NotingTagger.load()
    inputs: list[npt.NDArray[np.float32]] = []
    tagger.noted = inputs
    duration_s = analyse_music(path, tagger, silent()).features.duration_s
    tagger.noted = None
    return duration_s, {
        "analysis": lambda: analyse_music(path, tagger, silent()),
        "decoding": lambda: sum(1 for _ in read_blocks(path, RATE_HZ, 1)),
        "networks": lambda: [tagger.tag(patches) for patches in inputs],
    }


def _print(path: Path, duration_s: float, works: dict[str, _Work], n_repeats: int) -> None:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(n_repeats):
        for name, work in works.items():
            started_s = time.process_time()
            work()
            taken[name].append(time.process_time() - started_s)
    speeds = [duration_s / statistics.median(times) for times in taken.values()]
    print(f"{f'{path.name}, {duration_s:.0f} s':32}" + "".join(f"{x:10.0f}" for x in speeds))


if __name__ == "__main__":
    main()
