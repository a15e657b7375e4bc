"""Whether clips that were exported again are known by their sketches, and others aren't.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.clip_copies DATA [--cache FOLDER] [--copies 40]

DATA is the folder of the real data. Some clips of micro_clips and music_videos are exported again
in six ways, the last two coarser than anybody would export; --cache keeps the exports and all
features. Distances are in units of the usual distance of two clips, as in `clip_sketches`, whose
limit was chosen on these clips: what is printed is no test of it on others.
"""

import argparse
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from engine.encoders.clip_sketches import ClipSketches, _squares, stacked
from engine.training.data.features_cache import default_cache, video_features
from engine.video.clip_features import VIDEO_FEATURES_VERSION

_SETS = ("micro_clips", "micro_clips_2", "music_videos")
_SEED = 5


@dataclass(frozen=True, slots=True)
class Export:
    """How a clip is exported again.

    Attributes:
        codec: of the picture.
        crf: quality, 0 best, 51 worst; None where the codec has none.
        scale: of both sides.
        skip_s: left out at the start, in seconds.
        crop: share of each side that is cut off.
        gain: of the brightness.
        fps: frames a second; None for those of the clip.
    """

    codec: str = "libx264"
    crf: int | None = 28
    scale: float = 1.0
    skip_s: float = 0.0
    crop: float = 0.0
    gain: float = 1.0
    fps: int | None = None


EXPORTS = {
    "crf 30": Export(crf=30),
    "12 fps": Export(fps=12),
    "without 1 s": Export(skip_s=1.0),
    "cropped, brighter": Export(crop=0.04, gain=1.1),
    "144p, crf 34": Export(crf=34, scale=0.6),
    "MPEG-4 at its coarsest": Export("mpeg4", None),
}


def main() -> None:
    """Measure all exports, and print how far they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--copies", type=int, default=40)
    arguments = parser.parse_args()
    cache, exports = arguments.cache, arguments.cache / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    clips = [clip for name in _SETS for clip in sorted((arguments.data / name).glob("*.mp4"))]
    every = stacked([_sketch(clip, cache) for clip in clips])
    rms = float(np.sqrt(2 * every.rows.var(axis=0, dtype=np.float64).sum()))
    chosen = np.random.default_rng(_SEED).permutation(len(clips))[: arguments.copies]
    copies: dict[str, list[ClipSketches]] = {name: [] for name in EXPORTS}
    for row in chosen.tolist():
        for number, (name, export) in enumerate(EXPORTS.items()):
            copy = exports / f"{clips[row].stem}-{number}.mp4"
            if not copy.is_file():
                write(clips[row], copy, export)
            copies[name].append(_sketch(copy, cache))
    print("| | median | 90 % | farthest | known |\n|---|---|---|---|---|")
    for name, some in copies.items():
        far = np.sqrt(((stacked(some).rows - every.rows[chosen].astype(float)) ** 2).sum(1)) / rms
        known = [one.among(every.packed())[0] for one in some]
        print(
            f"| {name} | {np.median(far):.2f} | {np.quantile(far, 0.9):.2f} | {far.max():.2f} | "
            f"{sum(known)} of {len(known)} |"
        )
    print(others(every, clips, rms))


def others(every: ClipSketches, clips: list[Path], rms: float) -> str:
    """Return how near clips are that aren't copies, and which are taken for one."""
    far: npt.NDArray[np.float64] = np.sqrt(_squares(every.rows, every.rows)) / rms
    pairs = far[np.triu_indices(len(far), 1)]
    lines = [
        f"\n{len(pairs):,} pairs of other clips: nearest {pairs.min():.2f}, one in a thousand "
        f"{np.quantile(pairs, 0.001):.2f}, median {np.median(pairs):.2f}; taken for copies:"
    ]
    lines += [
        f"- {far[one, other]:.2f} {clips[one].name} and {clips[other].name}"
        for one, other in every.copies().tolist()
    ]
    return "\n".join(lines)


def write(clip: Path, copy: Path, export: Export) -> None:
    """Export the picture of a clip again."""
    with av.open(str(clip)) as source, av.open(str(copy), "w") as target:
        shown = source.streams.video[0]
        rate = Fraction(export.fps or shown.average_rate or 25)
        options = {} if export.crf is None else {"crf": str(export.crf)}
        stream = target.add_stream(export.codec, rate=rate, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.pix_fmt = "yuv420p"
        last = -1
        for frame in source.decode(shown):
            number = round(((frame.time or 0.0) - export.skip_s) * float(rate))
            if number <= last:
                continue
            last = number
            picture = _changed(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), export)
            height, width = (int(side * export.scale) // 2 * 2 for side in picture.shape[:2])
            if not stream.codec_context.is_open:
                stream.width, stream.height = width, height
            made = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                width=width, height=height, format="yuv420p"
            )
            made.pts, made.time_base = number, 1 / rate
            target.mux(stream.encode(made))
        target.mux(stream.encode())


def _changed(picture: npt.NDArray[np.uint8], export: Export) -> npt.NDArray[np.uint8]:
    height, width = picture.shape[:2]
    top, left = int(height * export.crop), int(width * export.crop)
    kept = picture[top : height - top, left : width - left].astype(np.float32) * export.gain
    return np.ascontiguousarray(kept.clip(0, 255).astype(np.uint8))


def _sketch(clip: Path, cache: Path) -> ClipSketches:
    return ClipSketches.of(video_features(clip, cache).vector[None], VIDEO_FEATURES_VERSION)


if __name__ == "__main__":
    main()
