"""The music of `../shared/cases`, with what Soundbed must make of it.

    python -m tests.robustness.music_cases

adds the folders to a new library and prints what is wrong. The folder of the cases is that of
`SOUNDBED_CASES`, or is made anew. Two hours of music are tried where `make_cases.sh OUT --long` has
made them.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.arrangement.segments import Segment
from engine.errors import MediaError
from engine.export.mixing import mix_blocks
from engine.library.library import Library
from engine.library.reasons import Reason
from engine.library.tracks import Track
from engine.media.peaks import PEAKS_PER_S, read_peaks
from engine.media.track_probe import probe_audio
from engine.media.waveform import read_waveform
from engine.progress import silent
from engine.stories.index import index_folder
from engine.stories.index_report import IndexReport
from engine.stories.repair_tags import find_repairs
from tests.arrangements import arranged
from tests.media.odd_sounds import click_times_s
from tests.robustness.cases import SCRIPT, cases

RATE_HZ = 48_000
_LENGTH_S = 0.05
_CLICK_S = 0.001


@dataclass(frozen=True, slots=True)
class Right:
    """What a file must be.

    Attributes:
        length_s: of the track, within a twentieth of a second; None where it is no track.
        reason: why it can't be used.
        clicks: whether its clicks are at whole seconds, also after a jump.
        bpm: within a hundredth; 0 for none, None where any is right.
        also_bpm: the other tempo that counts as the same.
    """

    length_s: float | None = None
    reason: Reason | None = None
    clicks: bool = False
    bpm: float | None = None
    also_bpm: float | None = None


_CLICKS = Right(10.0, clicks=True)
MUSIC: Mapping[str, Right] = {
    "vbr_loud_first.mp3": Right(60.03),
    "vbr_quiet_first.mp3": Right(60.03),
    "piped.mp3": Right(10.03),
    "joined.mp3": Right(20.0, clicks=True),
    "chained.ogg": Right(20.0, clicks=True),
    "chained.opus": Right(20.0, clicks=True),
    "recorder.webm": Right(10.0),
    "nodur.mka": Right(10.0),
    **{f"clk.{ending}": _CLICKS for ending in ("mp3", "ogg", "opus", "flac", "m4a")},
    "clk.aac": Right(10.03),
    "streamed.wav": Right(10.0),
    "rf64.wav": Right(10.0),
    "cover.mp3": Right(10.0),
    "plainvideo_cover.m4a": Right(10.0),
    **{name: Right(5.0) for name in ("mono441.wav", "mono8k_u8.wav", "quad_unknown.wav")},
    **{name: Right(reason="unreadable") for name in ("noise.mp3", "picture_named.mp3",
                                                     "zero.flac")},
}  # fmt: skip
SUFFIX: Mapping[str, Right] = {
    name: Right(10.0) for name in ("clk.m4b", "clk.mp2", "audioonly.mp4", "audio.webm")
}
TEMPO: Mapping[str, Right] = {
    "groove70.wav": Right(30.0, bpm=140.2, also_bpm=70.1),
    "inphase.wav": Right(20.0, bpm=140.2),
    "antiphase.wav": Right(20.0, bpm=140.2),
    "silence.wav": Right(reason="silent", bpm=0),
    "quiet_1k.wav": Right(10.0, bpm=60),
}
FOLDERS: Mapping[str, Mapping[str, Right]] = {"music": MUSIC, "suffix": SUFFIX, "tempo": TEMPO}
_LONG: Mapping[str, Right] = {"two_hours.flac": Right(7200.0)}
_LONG_MB = 300
_TREE_TRACKS = 19
_TREE_FAILED: Mapping[str, Reason] = {"zero.mp3": "unreadable", "bought.m4p": "encrypted"}
_TREE_TITLES = {"ru.mp3": "Александр", "jp.mp3": "夜に駆ける", "cn.mp3": "隐藏乐章",
                "pl.mp3": "Uciekająca skała"}  # fmt: skip


def faults(folder: Path, scratch: Path) -> Iterator[str]:
    """Yield what is wrong with the music of the cases.

    Args:
        folder: of the cases; nothing is written into it.
        scratch: an empty folder for the library and the tree.
    """
    library = Library.open(scratch / "library.sqlite")
    for name, rows in FOLDERS.items():
        index_folder(folder / name, library, silent())
        for file, right in rows.items():
            yield from (f"{name}/{file}: {fault}" for fault in
                        _of_file(library, folder / name / file, right))  # fmt: skip
    if (folder / "long").exists():
        yield from _of_long(library, folder / "long")
    antiphase, inphase = (
        library.tracks.at(folder / "tempo" / f"{name}.wav") for name in ("antiphase", "inphase")
    )
    if antiphase and inphase and antiphase.genre != inphase.genre:
        yield f"tempo/antiphase.wav: {antiphase.genre}, not {inphase.genre}"
    for name in ("mono441.wav", "mono8k_u8.wav", "quad_unknown.wav"):
        yield from _exported(folder / "music" / name)
    yield from (f"tree: {fault}" for fault in _of_tree(folder, scratch))


def _of_long(library: Library, folder: Path) -> Iterator[str]:
    index_folder(folder, library, silent())
    most_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if most_mb > _LONG_MB:
        yield f"long: a worker takes {most_mb} MB"
    for file, right in _LONG.items():
        yield from (f"long/{file}: {fault}" for fault in _of_file(library, folder / file, right))


def _of_file(library: Library, path: Path, right: Right) -> Iterator[str]:
    track = library.tracks.at(path)
    if track is None:
        yield "isn't in the library"
        return
    check = library.checks.all().get(track.file.id)
    if (check and check.reason) != right.reason:
        yield f"{check and check.label}, not {right.reason}"
    yield from _tempo(track, right)
    if right.length_s is None:
        return
    lengths_s = {"library": track.file.duration_s, "probe": probe_audio(path).duration_s,
                 "waveform": len(read_peaks(path, silent())) / PEAKS_PER_S}  # fmt: skip
    for name, length_s in lengths_s.items():
        if abs(length_s - right.length_s) > _LENGTH_S:
            yield f"{length_s:.3f} s by the {name}, not {right.length_s:.3f}"
    if right.clicks:
        yield from _clicks(path, right.length_s)


def _tempo(track: Track, right: Right) -> Iterator[str]:
    bpm = track.profile.bpm or 0.0
    if right.bpm is not None and abs(bpm - right.bpm) > 0.01 * right.bpm:
        yield f"{bpm} BPM, not {right.bpm}"
    other = track.other_bpm or 0.0
    if right.also_bpm is not None and abs(other - right.also_bpm) > 0.01 * right.also_bpm:
        yield f"{other} BPM as the other tempo, not {right.also_bpm}"


def _clicks(path: Path, length_s: float) -> Iterator[str]:
    for start_s in (0.0, round(0.6 * length_s) + 0.5):
        times_s = click_times_s(read_waveform(path, RATE_HZ, 1, start_s), RATE_HZ) + start_s
        wanted = np.arange(np.ceil(start_s), length_s)
        if len(times_s) != len(wanted) or np.abs(times_s - wanted).max() > _CLICK_S:
            yield f"clicks at {np.round(times_s, 4).tolist()} when read from {start_s} s"


def _exported(path: Path) -> Iterator[str]:
    sound = read_waveform(path, RATE_HZ, 2)
    if sound.shape != (5 * RATE_HZ, 2):
        yield f"music/{path.name}: {sound.shape} samples, not 5 s of 48 kHz stereo"
    under = arranged(Segment(0.0, 0.0, 5.0), clip_s=5.0, track=path)
    mixed = np.concatenate(list(mix_blocks(under, silent(), with_clip=False)))
    if not np.isfinite(mixed).all() or mixed.shape != (5 * RATE_HZ, 2):
        yield f"music/{path.name}: its mix has {mixed.shape} samples"


def _of_tree(folder: Path, scratch: Path) -> Iterator[str]:
    made = folder / "tree"
    if not made.exists():
        made = scratch / "tree"
        script = SCRIPT.with_name("tree.py")
        sound = folder / "music" / "clk.mp3"
        subprocess.run([sys.executable, str(script), str(made), str(sound)], check=True)
    library = Library.open(scratch / "tree.sqlite")
    report = index_folder(made, library, silent())
    ready = [track for track in library.tracks.all() if track.file.state == "ready"]
    # The files of suffix/ are there when make_cases.sh ran before.
    n_tracks = _TREE_TRACKS if (made / "suffix").exists() else _TREE_TRACKS - len(SUFFIX)
    if len(ready) != n_tracks:
        yield f"{len(ready)} tracks, not {n_tracks}"
    yield from _reported(report)
    before = {track.path: track.path.read_bytes() for track in ready}
    found = {repair.path.name: repair.after.title for repair in find_repairs(library, silent())}
    if found != _TREE_TITLES:
        yield f"tags to repair: {found}"
    yield from (f"{path.name} was written" for path, data in before.items()
                if path.read_bytes() != data)  # fmt: skip


def _reported(report: IndexReport) -> Iterator[str]:
    failed = {problem.path.name: problem.check.reason for problem in report.failed}
    if failed != _TREE_FAILED:
        yield f"failed: {failed}"
    left_out = [(each.path.name, each.cause) for each in report.left_out]
    if left_out != [("album", "linked folder")]:
        yield f"left out: {left_out}"


def main() -> None:
    """Print what is wrong; exit with 1 if anything is."""
    with tempfile.TemporaryDirectory(prefix="soundbed-cases-") as name:
        os.environ["SOUNDBED_HOME"] = str(Path(name) / "home")
        (Path(name) / "scratch").mkdir()
        (Path(name) / "cases").mkdir()
        try:
            found = list(faults(cases(Path(name) / "cases"), Path(name) / "scratch"))
        except MediaError as error:
            found = [str(error)]
        print("\n".join(found) or "all right")
        sys.exit(bool(found))


if __name__ == "__main__":
    main()
