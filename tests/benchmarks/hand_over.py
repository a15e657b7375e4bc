"""Timelines and WAVs of many clips, written and read again by other programs' readers.

    python -m tests.benchmarks.hand_over CASES [--out FOLDER]

CASES is a folder of clips, such as the one that `make_cases.sh` of the shared cases makes; 20 more
clips of all usual rates are made here. Each gets an arrangement with everything that a timeline can
hold; FCP7 XML is read by `otio-fcp-adapter`, OTIO by OpenTimelineIO, FCPXML by a reader of our own,
by `otio-fcpx-xml-adapter` (with `src` at the asset, since it doesn't know `media-rep`) and by a
check against the published lists of elements and attributes. Positions must be equal to the frame;
every WAV must have the time reference and the length of its place, read by libav and libsndfile.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile

from engine.arrangement.arrangement import Arrangement
from engine.errors import SoundbedError
from engine.export.edit import Edit, plan_edit
from engine.export.export_format import ExportTask
from engine.export.formats import FORMATS
from engine.export.music_files import music_files
from engine.media.probe import VideoInfo, probe_video
from engine.media.track_probe import probe_audio
from engine.progress import silent
from tests.busy_arrangement import busy
from tests.fcpxml_rules import violations
from tests.read_timelines import (
    adapter_differences,
    differences,
    expected,
    read_fcpxml,
    read_otio,
    without_clip_sound,
)

_SUFFIXES = frozenset(
    (".mp4", ".mov", ".mkv", ".ts", ".mpg", ".avi", ".wmv", ".flv", ".webm", ".mxf")
)
# What the timelines of the shared cases must have: rate, length and first frame.
_RIGHT = {
    "vfr_cut.mp4": (30, 300, 0),
    "c1.mp4": (30, 99, 0),
    "c2.mp4": (30, 93, 0),
    "frag30.mp4": (30, 300, 0),
    "oddrate.mp4": (30, 300, 0),
    "fps_0.2.mp4": (25, 1500, 0),
    "sparse.mp4": (25, 1500, 0),
    "fps_240.mp4": (240, 480, 0),
    "tc2398.mov": (Fraction(24_000, 1001), 72, 86_400),
    "tc2997df.mov": (Fraction(30_000, 1001), 90, 107_890),
    "tc2997ndf.mov": (Fraction(30_000, 1001), 90, 1_080_000),
    "tc5994df.mov": (Fraction(60_000, 1001), 180, 3_382_326),
    "audio_longer.mp4": (30, 210, 0),
    "video_longer.mp4": (30, 300, 0),
    "start3600.ts": (30, 300, 0),
    "wrap.ts": (30, 300, 0),
    "nodur.mkv": (30, 300, 0),
    "recorder_video.mkv": (30, 300, 0),
    "one_frame.mp4": (30, 1, 0),
    "sar_interlaced.mpg": (25, 50, 0),
}
_CHECKS = ("frames", "fcp7", "fcpxml", "rules", "adapter", "otio", "wavs")


@dataclass(frozen=True)
class Made:
    """A clip to make: frames per second, and what else is special."""

    rate: Fraction
    timecode: str | None = None
    layout: str | None = "stereo"
    suffix: str = ".mov"

    @property
    def name(self) -> str:
        """A file name that says it all."""
        words = [f"{float(self.rate):.3f}", self.layout or "silent"]
        if self.timecode:
            words.append("df" if ";" in self.timecode else "ndf")
        return " ".join(words) + self.suffix


def _ntsc(rate: int) -> Fraction:
    return Fraction(rate * 1000, 1001)


MADE = (
    Made(_ntsc(24), "01:00:00:00"),
    Made(_ntsc(24), None, "mono", ".mp4"),
    Made(Fraction(24), "00:59:58:12"),
    Made(Fraction(25), "10:00:00:00", "5.1"),
    Made(Fraction(25), None, None, ".mkv"),
    Made(_ntsc(30), "00:59:59;28"),
    Made(_ntsc(30), "01:00:00:00"),
    Made(_ntsc(30), None, "stereo", ".mkv"),
    Made(Fraction(30), "23:59:58:00"),
    Made(_ntsc(48), None),
    Made(Fraction(48), None, "mono"),
    Made(Fraction(50), "09:59:59:49"),
    Made(_ntsc(60), "15:40:28;30"),
    Made(_ntsc(60), "01:00:00:00", "5.1"),
    Made(Fraction(60), "01:00:00:00"),
    Made(Fraction(100), None),
    Made(_ntsc(120), None),
    Made(Fraction(120), None, None),
    Made(_ntsc(240), None, "stereo", ".mp4"),
    Made(Fraction(240), None, "mono", ".mp4"),
)


def main() -> int:
    """Print the table; the exit status is 1 when anything fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("cases", type=Path, help="a folder of clips")
    parser.add_argument("--out", type=Path, help="keep the results here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        out = arguments.out or Path(temporary)
        out.mkdir(parents=True, exist_ok=True)
        track = _make_track(out / "track.flac")
        made = [_make_clip(out / "clips" / one.name, one) for one in MADE]
        cases = [path for path in sorted(arguments.cases.rglob("*")) if path.suffix in _SUFFIXES]
        print(f"{'clip':34} {'rate':>8} {'frames':>6} {'start':12}", *_CHECKS)
        n_clips = n_failed = 0
        for number, clip in enumerate((*cases, *made)):
            try:
                info = probe_video(clip)
            except SoundbedError as error:
                print(f"{clip.name[:34]:34} no clip: {error.problem}")
                continue
            found = dict(_check(info, track, out / f"{number:03d}"))
            n_clips += 1
            n_failed += any(found.values())
            print(_row(info, found))
    print(f"{n_clips} clips, {n_failed} with failures")
    return int(n_failed > 0)


def _row(info: VideoInfo, found: dict[str, list[str]]) -> str:
    start = info.start_timecode or "-"
    name = info.path.name.replace("\n", " ")[:34]
    counts = " ".join(f"{len(found[check]):>{len(check)}}" for check in _CHECKS)
    lines = [f"{name:34} {float(info.frame_rate):8.3f} {info.n_frames:6d} {start:12} {counts}"]
    lines += [f"    {check}: {text}" for check in _CHECKS for text in found[check]]
    return "\n".join(lines)


def _check(info: VideoInfo, track: Path, out: Path) -> Iterator[tuple[str, list[str]]]:
    arrangement = busy(info, track)
    texts, edit = _written(info, arrangement, out)
    yield "frames", _wrong_frames(info, edit)
    wanted = expected(edit, host="localhost")
    yield "fcp7", list(differences(without_clip_sound(read_otio(texts["fcp7"], "fcp_xml")), wanted))
    wanted = expected(edit)
    yield "fcpxml", list(differences(read_fcpxml(texts["fcpxml"]), wanted))
    yield "rules", list(violations(texts["fcpxml"]))
    yield "adapter", list(adapter_differences(texts["fcpxml"], wanted))
    yield "otio", list(differences(without_clip_sound(read_otio(texts["otio"])), wanted))
    yield "wavs", list(_wrong_wavs(edit, out))


def _written(info: VideoInfo, arrangement: Arrangement, out: Path) -> tuple[dict[str, str], Edit]:
    """Write all but the video, in this process; return the timelines and the edit."""
    texts = {}
    for kind in FORMATS:
        if kind.name == "video":
            continue
        name = kind.name if kind.name in ("mix", "stems") else "hand over"
        task = ExportTask(info, arrangement, out / (name + kind.suffixes[0]))
        for path in kind.files(task):
            path.parent.mkdir(parents=True, exist_ok=True)
        kind.write(task, silent())
        if kind.suffixes[0] != ".wav":
            texts[kind.name] = task.out.read_text("utf-8")
    lengths_s = {
        item.track.path: probe_audio(item.track.path).duration_s for item in arrangement.items
    }
    return texts, plan_edit(task, music_files(task), lengths_s)


def _wrong_frames(info: VideoInfo, edit: Edit) -> list[str]:
    right = _RIGHT.get(info.path.name)
    found = (edit.base.rate, edit.n_frames, edit.base.first_frame)
    return [] if right in (None, found) else [f"{found} instead of {right}"]


def _wrong_wavs(edit: Edit, out: Path) -> Iterator[str]:
    pieces = {piece.sound.path: piece.sound for piece in edit.pieces()}
    for path in sorted(out.rglob("*.wav")):
        sound = pieces.get(path)
        first_frame = edit.first_frame if sound is None else sound.first_frame
        n_samples = None if sound is None else sound.n_samples
        wanted = round(edit.number(first_frame) / edit.base.rate * 48_000) % (24 * 3600 * 48_000)
        with av.open(str(path)) as container:
            found = container.metadata.get("time_reference")
        if found != str(wanted):
            yield f"{path.name}: time reference {found} instead of {wanted}"
        about = soundfile.info(path)
        if (about.samplerate, about.channels, about.subtype) != (48_000, 2, "PCM_24"):
            yield f"{path.name}: {about}"
        if n_samples not in (None, about.frames):
            yield f"{path.name}: {about.frames} samples instead of {n_samples}"


def _make_track(path: Path) -> Path:
    noise = np.random.default_rng(0).uniform(-0.2, 0.2, (120 * 44_100, 2))
    soundfile.write(path, noise, 44_100)
    return path


def _make_clip(path: Path, made: Made) -> Path:
    """Write two seconds and a bit of moving grey, with sound of the layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    n_frames = int(made.rate * 2) + 7
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=made.rate)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 64, 36, "yuv420p"
        video.codec_context.time_base = 1 / made.rate
        if made.timecode:
            out.metadata["timecode"] = made.timecode
        sound = None
        if made.layout:
            sound = out.add_stream("pcm_s16le", rate=48_000, layout=made.layout)
            assert isinstance(sound, av.AudioStream)
        for number in range(n_frames):
            pixels = np.full((36, 64, 3), number % 256, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts = number
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if sound is not None and made.layout:
            n_channels = sound.codec_context.channels
            samples = np.zeros((1, round(n_frames / made.rate * 48_000) * n_channels), np.int16)
            block = av.AudioFrame.from_ndarray(samples, "s16", made.layout)
            block.sample_rate = 48_000
            out.mux(sound.encode(block))
            out.mux(sound.encode(None))
    return path


if __name__ == "__main__":
    sys.exit(main())
