"""Exports clips as video with silent music, and compares picture, own sound and streams.

    python -m tests.benchmarks.export_cases CASES [NAME ...] [--checkout OTHER] [--keep FOLDER]

CASES is a folder of clips, such as that of `../shared/cases/make_cases.sh`; without names, all
clips directly in it. Prints a table. With `--checkout`, another checkout of Soundbed exports and
this one compares. A MOV is exported as MOV, everything else as MP4.

Picture: frames equal in every pixel, of those of the clip, and the most that one's time differs,
counted from the first one. Own sound: of clicks, the most that one is off its time stamp in the
clip, and how many are missing; of other sound, its frequency. Streams: v picture, a sound, s
subtitles, d data (timecode), f attached files, c chapters.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
import numpy.typing as npt
import soundfile
from av.container import InputContainer
from av.stream import Disposition, Stream

from engine.media.probe import VIDEO_SUFFIXES

S = TypeVar("S", bound=Stream)

ROOT = Path(__file__).resolve().parents[2]
RATE_HZ = 48_000
_CLICK_LEVEL = 0.2  # of the loudest
_CLICK_SPACING_S = 0.3
_EDGE_S = 0.06  # a click nearer to the end of the picture may fall behind it


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, as libav reads it.

    Attributes:
        streams: such as "1v 2a 1c".
        tag: of the picture's codec.
        frames: a digest of each frame shown.
        times_s: of the frames, from the first one.
        clicks_s: of the default sound, from the first frame.
        hz: dominant frequency of that sound; 0 for silence.
    """

    streams: str
    tag: str
    frames: list[str]
    times_s: npt.NDArray[np.float64]
    clicks_s: npt.NDArray[np.float64]
    hz: int


def read(path: Path) -> Content:
    """Read a file whole."""
    frames, times = [], []
    with av.open(str(path)) as container:
        picture = _default([s for s in container.streams.video if not _is_still(s, container)])
        streams, tag = _streams(container), picture.codec_context.codec_tag
        for frame in container.decode(picture):
            pixels = frame.reformat(format="rgb48le").to_ndarray()
            frames.append(hashlib.md5(pixels.tobytes(), usedforsecurity=False).hexdigest())
            times.append(float((frame.pts or 0) * (frame.time_base or 0)))
    with av.open(str(path)) as container:
        rate_hz, wave = _sound(container, times[0])
    clicks_s = _clicks(rate_hz, wave)
    return Content(streams, tag, frames, np.array(times) - times[0], clicks_s, _hz(rate_hz, wave))


def compared(clip: Content, out: Content) -> tuple[str, str]:
    """Return the cells for the picture and the sound."""
    n = min(len(clip.frames), len(out.frames))
    n_equal = sum(a == b for a, b in zip(clip.frames, out.frames, strict=False))
    off_ms = np.abs(clip.times_s[:n] - out.times_s[:n]).max(initial=0.0) * 1000
    picture = f"{n_equal} of {len(clip.frames)}"
    if len(out.frames) != len(clip.frames):
        picture += f" ({len(out.frames)} written)"
    picture += f", {off_ms:.1f} ms"
    due = clip.clicks_s[clip.clicks_s < clip.times_s.max() - _EDGE_S]
    if not len(due):
        return picture, f"{out.hz} of {clip.hz} Hz" if clip.hz else "none"
    if not len(out.clicks_s):
        return picture, "lost"
    off = out.clicks_s[np.abs(out.clicks_s[None] - due[:, None]).argmin(1)] - due
    n_missing = int((np.abs(off) > _CLICK_SPACING_S).sum())
    worst_ms = off[np.abs(off) <= _CLICK_SPACING_S] * 1000
    worst = worst_ms[np.abs(worst_ms).argmax()] if len(worst_ms) else 0.0
    return picture, f"{worst:+.2f} ms" + (f", {n_missing} missing" if n_missing else "")


def _streams(container: InputContainer) -> str:
    n_chapters = len(container.chapters())
    letters = {"video": "v", "audio": "a", "subtitle": "s", "data": "d", "attachment": "f"}
    counts = Counter(
        letters.get(stream.type, "?")
        for stream in container.streams
        if not (n_chapters and stream.name == "bin_data")  # QuickTime's track of chapters
    )
    counts["c"] = n_chapters
    return " ".join(f"{counts[letter]}{letter}" for letter in "vasdf?c" if counts[letter])


def _is_still(stream: Stream, container: InputContainer) -> bool:
    is_one = stream.frames == 1 and len(container.streams.video) > 1
    return is_one or bool(stream.disposition & Disposition.attached_pic)


def _default(streams: Sequence[S]) -> S:
    return max(streams, key=lambda stream: bool(stream.disposition & Disposition.default))


def _sound(container: InputContainer, zero_s: float) -> tuple[int, npt.NDArray[np.float32]]:
    """Return the default sound as mono at its own rate, each frame at its time stamp."""
    rate_hz, pieces = RATE_HZ, []
    if container.streams.audio:
        for frame in container.decode(_default(container.streams.audio)):
            rate_hz = frame.sample_rate
            first = round((float((frame.pts or 0) * (frame.time_base or 0)) - zero_s) * rate_hz)
            for part in av.AudioResampler("flt", "mono", rate_hz).resample(frame):
                samples = part.to_ndarray()[0]
                pieces.append((max(first, 0), samples[max(-first, 0) :]))
    end = max((first + len(samples) for first, samples in pieces), default=0)
    wave = np.zeros(end, np.float32)
    for first, samples in pieces:
        wave[first : first + len(samples)] = samples
    return rate_hz, wave


def _clicks(rate_hz: int, wave: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return where clicks start: loud places after a quiet stretch; none in steady sound."""
    level = np.abs(wave)
    if not len(wave) or level.max() < 1e-3:
        return np.zeros(0)
    loud = np.flatnonzero(level > _CLICK_LEVEL * level.max())
    starts = loud[np.diff(loud, prepend=-rate_hz) > _CLICK_SPACING_S * rate_hz]
    is_sparse = len(loud) < 0.05 * len(wave)
    return starts / rate_hz if is_sparse else np.zeros(0)


def _hz(rate_hz: int, wave: npt.NDArray[np.float32]) -> int:
    if len(wave) < rate_hz or np.abs(wave).max() < 1e-3:
        return 0
    return int(np.abs(np.fft.rfft(wave[:rate_hz])).argmax())


def export(clip: Path, track: Path, folder: Path, checkout: Path) -> tuple[Path | None, str]:
    """Export a clip with the code in `checkout`; return the file written, if any, and stderr."""
    out = folder / f"{clip.name}{'.mov' if clip.suffix == '.mov' else '.mp4'}"
    command = [sys.executable, "-m", "engine", "export", str(clip), "--video", str(out)]
    command += ["--track", str(track), "--start", "0", "--music-gain", "-200"]
    home = {"SOUNDBED_HOME": str(folder / "home"), "PYTHONPATH": str(checkout)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=os.environ | home
    )
    said = " ".join(done.stderr.split()).replace(f"{folder}/", "").replace(f"{clip.parent}/", "")
    if done.returncode:
        return None, f"exit {done.returncode}: {said}"
    return Path(done.stdout.splitlines()[-1]), said


def row(clip: Path, written: Path | None, said: str) -> str:
    """Return a line of the table."""
    try:
        before = read(clip)
    except (av.FFmpegError, ValueError, IndexError) as error:
        return f"| {clip.name} | libav can't read the clip: {error} | | | | | {said} |"
    if written is None:
        return f"| {clip.name} | – | – | – | {before.streams} | – | {said} |"
    after = read(written)
    picture, sound = compared(before, after)
    tag = "" if before.tag == after.tag else f"{_printable(before.tag)} → {_printable(after.tag)}"
    streams = f"{before.streams} → {after.streams}"
    return f"| {clip.name} | {written.suffix} | {picture} | {sound} | {streams} | {tag} | {said} |"


def _printable(tag: str) -> str:
    return tag if tag.isprintable() else "none"


def main() -> None:
    """Export, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--checkout", type=Path, default=ROOT)
    parser.add_argument("--keep", type=Path, help="where the videos stay")
    arguments = parser.parse_args()
    clips = sorted(
        path
        for path in arguments.cases.iterdir()
        if path.suffix.lower() in VIDEO_SUFFIXES
        and (not arguments.names or path.name in arguments.names)
    )
    print("| clip | written | picture | own sound | streams | tag | said |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        folder = (arguments.keep or Path(scratch)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        track = folder / "track.wav"
        noise = np.random.default_rng(0).standard_normal((60 * RATE_HZ, 2)) * 0.1
        soundfile.write(track, noise, RATE_HZ)
        for clip in clips:
            written, said = export(clip.absolute(), track, folder, arguments.checkout.absolute())
            print(row(clip, written, said), flush=True)
            if written is not None and not arguments.keep:
                written.unlink()


if __name__ == "__main__":
    main()
