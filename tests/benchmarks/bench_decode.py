"""Decode the sampled frames of a clip: scheduled packets compared with opencv's grab/retrieve.

    python -m tests.benchmarks.bench_decode [CLIP] [--repeats 5]

Both return the same frames at the same size. Runs are interleaved, so that other load affects both.
Without a clip, one of 60 s in 1080p H.264 is encoded first.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from engine.media.frames import Frame, sample_frames, shown_size, stream_frames
from engine.media.probe import VideoInfo, probe_video
from engine.media.schedule import sample_times
from engine.progress import silent

Frames = list[tuple[float, npt.NDArray[np.uint8]]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("clip", nargs="?", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    with given_or_made(arguments.clip) as path:
        info = probe_video(path)
        print(
            f"{path.name}: {info.codec} {info.width}x{info.height} {float(info.frame_rate):.2f} "
            f"frames/s, {info.duration_s:.1f} s, {len(sample_times(info.duration_s))} samples"
        )
        contenders: dict[str, Callable[[VideoInfo], Frames]] = {
            "opencv grab/retrieve": _by_opencv,
            "scheduled packets": _by_schedule,
            "the same, with motion": _with_motion,
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
        last: dict[str, Frames] = {}
        for _ in range(arguments.repeats):
            for name, decode in contenders.items():
                wall, cpu = time.perf_counter(), time.process_time()
                last[name] = decode(info)
                runs[name].append((time.process_time() - cpu, time.perf_counter() - wall))
        _report(runs, last)


def _report(runs: dict[str, list[tuple[float, float]]], last: dict[str, Frames]) -> None:
    medians = {
        name: tuple(statistics.median(values) for values in zip(*pairs, strict=True))
        for name, pairs in runs.items()
    }
    reference = next(iter(medians))
    print(f"{'':24}{'CPU s':>8}{'wall s':>8}{'CPU ratio':>11}{'wall ratio':>12}  frames")
    for name, (cpu, wall) in medians.items():
        print(
            f"{name:24}{cpu:8.2f}{wall:8.2f}{medians[reference][0] / cpu:11.2f}"
            f"{medians[reference][1] / wall:12.2f}  {_agreement(last[reference], last[name])}"
        )


def _agreement(reference: Frames, found: Frames) -> str:
    if len(reference) != len(found):
        return f"{len(found)} instead of {len(reference)}"
    apart_s = max(abs(a[0] - b[0]) for a, b in zip(reference, found, strict=True))
    # opencv assumes BT.601 for unmarked HD and we BT.709, so colours differ slightly.
    likeness = min(
        float(np.corrcoef(a[1].ravel(), b[1].ravel())[0, 1])
        for a, b in zip(reference, found, strict=True)
    )
    return (
        f"{len(found)}, times within {1000 * apart_s:.0f} ms, correlation at least {likeness:.4f}"
    )


def _by_schedule(info: VideoInfo) -> Frames:
    return [(frame.time_s, frame.pixels) for frame in sample_frames(info, silent())]


def _with_motion(info: VideoInfo) -> Frames:
    frames = stream_frames(info, silent())
    return [(frame.time_s, frame.pixels) for frame in frames if isinstance(frame, Frame)]


def _by_opencv(info: VideoInfo) -> Frames:
    # Only for comparison: Soundbed never decodes with opencv.
    capture = cv2.VideoCapture(str(info.path))
    ticks, period_s = sample_times(info.duration_s), float(1 / info.frame_rate)
    size = shown_size(info.width, info.height)
    found: Frames = []
    n_grabbed = 0
    for tick in ticks:
        while n_grabbed * period_s <= tick + 1e-9 and capture.grab():
            n_grabbed += 1
        ok, pixels = capture.retrieve()
        if ok:
            small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
            rgb = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)
            found.append(((n_grabbed - 1) * period_s, rgb))
    capture.release()
    return found


@contextmanager
def given_or_made(given: Path | None) -> Iterator[Path]:
    """Yield the clip, or one of 60 s in 1080p H.264 that is deleted afterwards."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made-1080p-60s.mp4"
        _encode(path)
        yield path


def _encode(path: Path, duration_s: int = 60, rate: int = 30) -> None:
    """Write moving textures that change every four seconds."""
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "21"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for n in range(duration_s * rate):
            if n % (4 * rate) == 0:
                coarse = rng.integers(0, 256, (68, 121, 3), np.uint8)
                texture = cv2.resize(coarse, (3840, 2160), interpolation=cv2.INTER_CUBIC)
                grain = rng.integers(0, 12, (2160, 3840, 1), np.uint8)
                texture = np.asarray(cv2.add(texture, np.repeat(grain, 3, axis=2)), np.uint8)
            drift = n % (4 * rate) * 4
            window = np.ascontiguousarray(
                texture[drift : drift + 1080, 2 * drift : 2 * drift + 1920], np.uint8
            )
            out.mux(stream.encode(av.VideoFrame.from_ndarray(window, "rgb24")))
        out.mux(stream.encode(None))


if __name__ == "__main__":
    main()
