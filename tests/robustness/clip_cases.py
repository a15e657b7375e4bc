"""Each clip of `../shared/cases`, with what Soundbed must make of it.

    python -m tests.robustness.clip_cases [NAME ...]

prints what is wrong with each. The folder is that of `SOUNDBED_CASES`, or is made anew. A long clip
is tried where `make_cases.sh OUT --long` has made it.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from engine.arrangement.segments import Segment
from engine.errors import SoundbedError
from engine.export.mixing import mix_blocks
from engine.media.decoding import WHOLE_CLIP_S
from engine.media.frame_reader import FrameReader
from engine.media.frames import sample_frames
from engine.media.mux import mux_video
from engine.media.probe import VideoInfo, probe_video
from engine.media.schedule import sample_times
from engine.media.screen import ScreenConverter
from engine.media.timecode import timecode_base
from engine.media.video_plan import plan_video
from engine.progress import silent
from tests.arrangements import arranged
from tests.benchmarks.export_cases import Content, compared, read
from tests.robustness.cases import cases

Pixels = npt.NDArray[np.uint8]

_RATE_HZ = 48_000
_SOUND_MS = 5.0


@dataclass(frozen=True)
class Right:
    """What a clip must be; None where any value is right.

    Attributes:
        duration_s: within a twentieth of a second.
        n_pictures: how many are shown.
        step_s: between pictures, where it is always the same.
        rate: of its timeline.
        n_frames: of its timeline.
        varies: whether Soundbed says that the rate varies.
        first_frame: number of the first frame of the timeline.
        size: width and height as shown.
        tag: of the exported picture's codec.
        hz: of the sound, which is no row of clicks.
        streams: of the export, as `tests.benchmarks.export_cases` counts them.
        refused: words of the sentence with which the clip is refused.
        export_refused: words of the sentence with which its export is refused.
        noted: words of a warning, or of a note of the export.
        turned: how the picture of base.mp4 is turned to look like this one.
        is_joined: whether libav alone can't tell when its pictures are shown.
    """

    duration_s: float | None = None
    n_pictures: int | None = None
    step_s: float | None = None
    rate: Fraction | int | None = None
    n_frames: int | None = None
    varies: bool | None = False
    first_frame: int | None = None
    size: tuple[int, int] | None = None
    tag: str | None = None
    hz: int | None = None
    streams: str | None = None
    refused: str = ""
    export_refused: str = ""
    noted: str = ""
    turned: Callable[[Pixels], Pixels] | None = None
    is_joined: bool = False


_NTSC = {rate: Fraction(rate * 1000, 1001) for rate in (24, 30, 60)}
_BASE = Right(10.0, 300, 1 / 30, 30, 300)
_SECOND = replace(_BASE, duration_s=1.0, n_pictures=30, n_frames=30)
_JOINED = Right(6.0, 150, 0.04, 25, 150, is_joined=True)
_PRORES = Right(1.0, 25, 0.04, 25, 25)

RIGHT = {
    "vfr_cut.mp4": Right(10.0, 259, None, 30, 300, varies=True),
    "c1.mp4": Right(3.3, 99, 1 / 30, 30, 99),
    "c2.mp4": Right(3.1, 93, 1 / 30, 30, 93),
    "cutmerge.mp4": Right(rate=30, varies=None),
    "frag30.mp4": replace(_BASE, step_s=None),
    "oddrate.mp4": replace(_BASE, step_s=None),
    "fps_0.2.mp4": Right(60.0, 12, 5.0, 25, 1500),
    "sparse.mp4": Right(60.0, 3, None, 25, 1500, varies=True),
    "fps_240.mp4": Right(2.0, 480, 1 / 240, 240, 480),
    "tc2398.mov": Right(3.0, 72, rate=_NTSC[24], n_frames=72, first_frame=86_400),
    "tc2997df.mov": Right(3.0, 90, rate=_NTSC[30], n_frames=90, first_frame=107_890),
    "tc2997ndf.mov": Right(3.0, 90, rate=_NTSC[30], n_frames=90, first_frame=1_080_000),
    "tc5994df.mov": Right(3.0, 180, rate=_NTSC[60], n_frames=180, first_frame=3_382_326),
    "late_audio.mp4": _BASE,
    "early_sound.ts": _BASE,
    "trimmed.mp4": Right(rate=_NTSC[24]),
    "bframes.mp4": Right(6.0, 144, 1001 / 24_000, _NTSC[24], 144),
    "late_video.mp4": _BASE,
    "audio_longer.mp4": Right(7.0, 210, 1 / 30, 30, 210),
    "video_longer.mp4": _BASE,
    "start3600.ts": _BASE,
    "wrap.ts": _BASE,
    "nodur.mkv": _BASE,
    "recorder_video.mkv": _BASE,
    "step45.mkv": _BASE,
    "drift.mkv": Right(60.0, 600, 0.1, 30, 1800),
    "reschange.ts": replace(_JOINED, size=(640, 360)),
    "samesize.ts": replace(_JOINED, size=(640, 360)),
    "flv1.flv": replace(_SECOND, export_refused="Flash"),
    "turn_cw90.mp4": replace(_BASE, size=(180, 320), turned=lambda pixels: np.rot90(pixels, -1)),
    "turn_180.mp4": replace(_BASE, size=(320, 180), turned=lambda pixels: np.rot90(pixels, 2)),
    "turn_ccw90.mp4": replace(_BASE, size=(180, 320), turned=np.rot90),
    "mirrored.mp4": replace(_BASE, turned=lambda pixels: pixels[:, ::-1]),
    "upside_down.mp4": replace(_BASE, turned=lambda pixels: pixels[::-1]),
    "sdr.mp4": Right(4.0, 96, 1 / 24, 24, 96),
    "hdr_pq.mov": Right(4.0, 96, 1 / 24, 24, 96, tag="hvc1"),
    "hdr_hlg.mov": Right(4.0, 96, 1 / 24, 24, 96, tag="hvc1"),
    "odd444.mp4": Right(2.0, 50, 0.04, 25, 50, size=(321, 181)),
    "sar_interlaced.mpg": Right(2.0, 50, 0.04, 25, 50, size=(1024, 576)),
    "one_frame.mp4": Right(1 / 30, 1, None, 30, 1),
    "wrongext.mov": _BASE,
    "anim.gif": Right(refused="GIF"),
    "two_audio.mp4": replace(_BASE, hz=880, streams="1v 2a"),
    "two_video.mov": replace(_BASE, size=(640, 360)),
    "thumb_first.mov": replace(_BASE, size=(320, 180)),
    "cover_and_video.mp4": replace(_BASE, size=(320, 180)),
    "music/plainvideo_cover.m4a": Right(refused="holds no moving picture"),
    "chapters.mkv": replace(_BASE, streams="1v 1a 1s 2c"),
    "enc.mp4": Right(refused="encrypted"),
    "enc.m4a": Right(refused="encrypted"),
    "prores_apco.mov": replace(_PRORES, tag="apco"),
    "prores_apcn.mov": replace(_PRORES, tag="apcn"),
    "prores_ap4h.mov": replace(_PRORES, tag="ap4h"),
    "prores_apch.mov": replace(_PRORES, tag="apch"),
    "xdcam.mov": Right(0.5, 30, 1001 / 60_000, _NTSC[60], 30, tag="xd5b"),
    "wmv2.wmv": replace(_SECOND, step_s=None, export_refused="Windows Media Video"),
    "huffyuv.avi": replace(_SECOND, export_refused="HuffYUV"),
    "svq1.mov": _SECOND,
    "magicyuv.avi": _SECOND,
    "cinepak.avi": replace(_SECOND, n_pictures=None, n_frames=None),
    'a b #1 100% ü&\'q/clip %20 #2 "x" é.mp4': _BASE,
    "truncated.mp4": Right(refused="index"),
    "empty.mp4": Right(refused="empty"),
}
LONG = {"long/62_minutes.mp4": Right(3720.0, 93_000, 0.04, 25, 93_000)}


def faults(folder: Path, name: str, scratch: Path) -> list[str]:
    """Return what is wrong with what Soundbed makes of a clip; nothing when all is right.

    Args:
        folder: of the cases.
        name: of the clip, see `RIGHT` and `LONG`.
        scratch: where the export goes.
    """
    right, clip = {**RIGHT, **LONG}[name], folder / name
    try:
        info = probe_video(clip)
    except SoundbedError as error:
        is_right = right.refused and right.refused in str(error) and clip.name in str(error)
        return [] if is_right and "\n" not in str(error) else [f"refused: {error}"]
    if right.refused:
        return [f"not refused: {info.duration_s:.2f} s"]
    content = read(clip)
    found = [
        *_described(info, right),
        *_shown(info, right, content),
        *_analysed(info, right),
        *_turned(folder / "base.mp4", clip, right),
    ]
    try:
        out, notes = export_silent_music(info, scratch / f"out{_suffix(clip)}")
    except SoundbedError as error:
        is_right = right.export_refused and right.export_refused in str(error)
        return found if is_right else [*found, f"not exported: {error}"]
    found += _exported(info, right, content, out)
    found += [f"exported, {each}" for each in _turned(folder / "base.mp4", out, right)]
    if right.noted and not any(right.noted in each for each in (*info.warnings, *notes)):
        found.append(f"nothing noted of {right.noted}")
    out.unlink()
    return found


def _suffix(clip: Path) -> str:
    return ".mov" if clip.suffix == ".mov" else ".mp4"


def _described(info: VideoInfo, right: Right) -> Iterator[str]:
    if right.duration_s is not None and abs(info.duration_s - right.duration_s) > 0.05:
        yield f"{info.duration_s:.3f} s long, not {right.duration_s:.3f}"
    first = timecode_base(info.frame_rate, info.start_timecode).first_frame
    for what, is_, should in (
        ("rate", info.frame_rate, right.rate),
        ("frames", info.n_frames, right.n_frames),
        ("varies", info.is_variable, right.varies),
        ("first frame", first, right.first_frame),
        ("size", (info.width, info.height), right.size),
    ):
        if should is not None and is_ != should:
            yield f"{what}: {is_}, not {should}"


def _shown(info: VideoInfo, right: Right, content: Content) -> Iterator[str]:
    """Walk through the clip as the preview does."""
    times: list[float] = []
    with closing(FrameReader(info.path)) as reader:
        found = reader.frame_at(0.0)
        while found is not None:
            times.append(found.time_s)
            found = reader.frame_after(found.time_s)
        if right.n_pictures is not None and len(times) != right.n_pictures:
            yield f"{len(times)} pictures shown, not {right.n_pictures}"
        half_s = 0.5 * (right.step_s or 1 / 30)
        for wanted in (len(times) * 2 // 3, len(times) // 3):
            again = reader.frame_at(times[wanted])
            if again is None or abs(again.time_s - times[wanted]) > half_s:
                yield f"a jump to {times[wanted]:.3f} s shows {again and again.time_s} s"
    n, step_s = len(times), right.step_s
    due = content.times_s if step_s is None else np.arange(n) * step_s
    if n == len(due) and (off := np.abs(np.array(times) - due).max()) > half_s:
        yield f"a picture shown {off:.3f} s off"


def _analysed(info: VideoInfo, right: Right) -> Iterator[str]:
    times = [frame.time_s for frame in sample_frames(info, silent())]
    due = sample_times(info.duration_s)
    if not times or times[-1] > info.duration_s:
        yield f"analysed at {times}"
    # Of longer clips, keyframes are analysed, wherever they are.
    elif (
        info.duration_s <= WHOLE_CLIP_S
        and right.step_s is not None
        and right.step_s < 0.5
        and info.n_frames > 2 * len(due)
    ):
        n = len(times)
        off_s = float(np.abs(np.array(times) - due).max()) if n == len(due) else 0.0
        if n != len(due) or off_s > 1.5 * right.step_s:
            yield f"analysed at {n} times, {off_s:.2f} s off"


def _turned(base: Path, clip: Path, right: Right) -> Iterator[str]:
    if right.turned is None:
        return
    for how, pictures in (("shown", _screen), ("analysed", _first_sample)):
        due, is_ = right.turned(pictures(base)), pictures(clip)
        if due.shape != is_.shape or np.abs(due.astype(int) - is_).mean() > 6:
            yield f"not {how} as it should be turned"


def _screen(clip: Path) -> Pixels:
    with closing(FrameReader(clip)) as reader:
        found = reader.frame_at(0.0)
        assert found is not None
        screen = ScreenConverter()
        pixels = screen.convert(found.frame, screen.fit(found.frame, (320, 320)))
        return np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)[..., :3]


def _first_sample(clip: Path) -> Pixels:
    return next(sample_frames(probe_video(clip), silent())).pixels


def _exported(info: VideoInfo, right: Right, before: Content, out: Path) -> Iterator[str]:
    after, written = read(out), probe_video(out)
    yield from _compared(before, after, right)
    sound_s = (written.sound and written.sound.duration_s) or 0.0
    first = timecode_base(written.frame_rate, written.start_timecode).first_frame
    for what, is_, should in (
        ("tag", after.tag, right.tag),
        ("hz", after.hz, right.hz),
        ("streams", after.streams, right.streams),
        ("first frame", first, right.first_frame),
    ):
        if should is not None and is_ != should:
            yield f"exported {what}: {is_}, not {should}"
    if abs(sound_s - info.duration_s) > 0.05:
        yield f"exported sound: {sound_s:.3f} s, not {info.duration_s:.3f}"


def _compared(before: Content, after: Content, right: Right) -> Iterator[str]:
    n = len(before.frames)
    if after.frames != before.frames:
        n_equal = sum(a == b for a, b in zip(before.frames, after.frames, strict=False))
        yield f"exported {len(after.frames)} pictures of {n}, {n_equal} equal"
        return
    if right.n_pictures not in (None, n):
        yield f"libav reads {n} pictures, not {right.n_pictures}"
    due = before.times_s
    if right.is_joined:
        due = np.linspace(0.0, (n - 1) * (right.step_s or 0), n)
    off_s = float(np.abs(after.times_s - due).max(initial=0.0))
    if off_s > (right.step_s or 1 / 30) / 2:
        yield f"an exported picture {off_s:.3f} s off"
    if right.hz is None and not right.is_joined:
        sound = compared(before, after)[1]
        if "lost" in sound or "missing" in sound:
            yield f"exported sound: {sound}"
        elif sound.endswith(" ms") and abs(float(sound[:-3])) > _SOUND_MS:
            yield f"exported sound {sound} off"


def export_silent_music(info: VideoInfo, wanted: Path) -> tuple[Path, tuple[str, ...]]:
    """Export a clip with its own sound and silence as music; return the file and the notes."""
    plan = plan_video(info, wanted, "stereo")
    track = wanted.with_name("silence.wav")
    length_s = info.duration_s
    soundfile.write(track, np.zeros((round(length_s * 8000) + 8000, 1), np.float32), 8000)
    arrangement = arranged(
        Segment(0.0, 0.0, length_s), clip_s=info.duration_s, clip=info.path, track=track
    )
    sound = mix_blocks(arrangement, silent(), with_clip=info.sound is not None)
    mux_video(info, plan, sound, plan.out, silent())
    return plan.out, plan.notes


def main() -> None:
    """Check all clips, or those named."""
    with tempfile.TemporaryDirectory() as made:
        folder = cases(Path(made))
        long = [name for name in LONG if (folder / name).exists()]
        for name in sys.argv[1:] or [*RIGHT, *long]:
            try:
                found = faults(folder, name, Path(made))
            except Exception as error:  # noqa: BLE001 - the others are checked as well
                found = [f"{type(error).__name__}: {error}"]
            print(f"| {name} | {'; '.join(found) or 'right'} |", flush=True)


if __name__ == "__main__":
    main()
