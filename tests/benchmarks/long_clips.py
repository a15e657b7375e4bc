"""Long clips: how their music is arranged, how often it repeats, and how it sounds at its joins.

    python -m tests.benchmarks.long_clips SHARED [--lengths 74,600,7200] [--mixed-up-to 600]

Ten clips of 74 s to 2 h are made from the clips in SHARED/data/music_videos and SHARED/media, each
a row of scenes of 12 to 100 s of different lengths (needs ffmpeg). They are analysed and ranked as
the app does. Printed for each length:

- one track: the first of the list as a long version, its parts, how often the stretch over 20 s
  that is played most often is played, how long stretches play that play three times or more, how
  often the moment played most often is played, and the bound: no version of a track of T seconds
  under a clip of C seconds plays every moment less than C/T times;
- by scenes: tracks, changes, the shortest and longest time between changes;
- time to rank, to arrange by scenes, and the size of the saved arrangement;
- the mix: the largest step in level (half a second before against half a second after) at joins,
  against the same at bar lines without a join; the quietest half second around a join against the
  whole; peaks.

The music of each is also moved: 4 s and 20 s into its track.
"""

import argparse
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.placing import place_from
from engine.arrangement.repetition import repetition
from engine.arrangement.segments import times_in_item
from engine.arrangement.storage import history_to_json
from engine.export.mixing import MIX_RATE_HZ, levelled_music_blocks
from engine.library.libraries import Libraries
from engine.progress import silent
from engine.stories.analyse import ClipAnalysis, analyse_clip
from engine.stories.arrange_scenes import arrange_scenes
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import recommend

_LENGTHS_S = (74, 100, 150, 210, 300, 420, 600, 1200, 3600, 7200)
_N_SOURCES = 12
_HALF_S = 0.5
# Both move nothing on music that has a start there, and both are far from the beginning.
_MOVES_S = (4.0, 20.0)
_AS_SAMPLES = (
    "scale=320:180:force_original_aspect_ratio=decrease,pad=320:180:-1:-1,fps=25,format=yuv420p"
)

Samples = npt.NDArray[np.float32]


def main() -> None:
    """Make the clips and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("shared", type=Path)
    parser.add_argument("--lengths", default=",".join(map(str, _LENGTHS_S)))
    parser.add_argument("--mixed-up-to", type=float, default=600.0)
    arguments = parser.parse_args()
    lengths = [float(text) for text in arguments.lengths.split(",")]
    libraries = Libraries()
    with TemporaryDirectory() as folder:
        parts = list(_scenes(arguments.shared, Path(folder)))
        for number, length_s in enumerate(lengths):
            clip = analyse_clip(_joined(parts, length_s, Path(folder), number), silent())
            _report(clip, libraries, mixed=length_s <= arguments.mixed_up_to)


def _report(clip: ClipAnalysis, libraries: Libraries, *, mixed: bool) -> None:
    started = time.process_time()
    first = recommend(clip, RankingOptions(), silent(), libraries).items[0]
    ranked_s = time.process_time() - started
    print(f"\n== {clip.info.duration_s:.0f} s: ranked in {ranked_s:.1f} s of CPU time")
    _show_version(first.arrangement, libraries, mixed=mixed)
    features = libraries.features(first.track)
    for start_s in _MOVES_S:
        moved = place_from(clip.info, first.track, features, start_s).items[0]
        again = repetition(moved.segments)
        print(
            f"   moved to {start_s:g} s: starts at {moved.track_start_s:.2f} s, "
            f"stretch {again.stretch_times}x, ends {_rest_s(clip, moved.duration_s):.2f} s early"
        )
    started = time.process_time()
    by_scenes = arrange_scenes(clip, RankingOptions(), silent(), libraries)
    scenes_s = time.process_time() - started
    _show_scenes(by_scenes, scenes_s, libraries, mixed=mixed)


def _show_version(arrangement: Arrangement, libraries: Libraries, *, mixed: bool) -> None:
    (item,) = arrangement.items
    track = libraries.find(item.track.path)
    assert track is not None
    found = repetition(item.segments)
    size = len(history_to_json(ArrangementHistory((arrangement,))))
    bound = arrangement.clip.duration_s / track.file.duration_s
    print(
        f"   {item.track.title} ({track.file.duration_s:.0f} s): {len(item.segments)} parts, "
        f"stretch {found.stretch_times}x, {found.seconds_thrice:.0f} s thrice, "
        f"most {found.most_times}x (bound {bound:.1f}), saved as {size / 1000:.0f} kB"
    )
    if mixed:
        joins_s = [one.item_end_s for one in item.segments[:-1]]
        lines_s = times_in_item(item.segments, libraries.features(track).downbeats_s)
        _show_sound(arrangement, joins_s, lines_s)


def _show_scenes(
    arrangement: Arrangement, scenes_s: float, libraries: Libraries, *, mixed: bool
) -> None:
    starts_s = [arrangement.start_s(item) for item in arrangement.items]
    ends_s = [*starts_s[1:], arrangement.clip.duration_s]
    lengths_s = [end_s - start_s for start_s, end_s in zip(starts_s, ends_s, strict=True)]
    n_tracks = len({item.track.path for item in arrangement.items})
    worst = max(repetition(item.segments).stretch_times for item in arrangement.items)
    size = len(history_to_json(ArrangementHistory((arrangement,))))
    print(
        f"   by scenes in {scenes_s:.1f} s of CPU time: {len(lengths_s)} items, {n_tracks} tracks, "
        f"{min(lengths_s):.0f} to {max(lengths_s):.0f} s each, stretch {worst}x, "
        f"saved as {size / 1000:.0f} kB"
    )
    if mixed:
        joins_s = starts_s[1:]
        lines_s = np.concatenate(
            [
                start_s + times_in_item(item.segments, _downbeats(libraries, item.track.path))
                for start_s, item in zip(starts_s, arrangement.items, strict=True)
            ]
        )
        _show_sound(arrangement, joins_s, lines_s)


def _downbeats(libraries: Libraries, path: Path) -> npt.NDArray[np.float32]:
    track = libraries.find(path)
    assert track is not None
    return libraries.features(track).downbeats_s


def _show_sound(
    arrangement: Arrangement, joins_s: Sequence[float], lines_s: npt.NDArray[np.float64]
) -> None:
    """Print the steps in level at joins and elsewhere."""
    sound = np.concatenate(list(levelled_music_blocks(arrangement, silent())))
    whole_db = _level_db(sound)
    far = [
        line_s
        for line_s in lines_s.tolist()
        if all(abs(line_s - join_s) > 2 for join_s in joins_s) and line_s > 2
    ]
    at_joins = [_step_db(sound, at_s) for at_s in joins_s]
    elsewhere = [_step_db(sound, at_s) for at_s in far if at_s < len(sound) / MIX_RATE_HZ - 2]
    quietest = min((_around_db(sound, at_s) - whole_db for at_s in joins_s), default=0.0)
    print(
        f"      joins {len(joins_s)}: step in level median {_median(at_joins):.1f}, "
        f"90 % {_high(at_joins):.1f} dB; at {len(elsewhere)} bar lines {_median(elsewhere):.1f}, "
        f"{_high(elsewhere):.1f} dB; quietest around a join {quietest:+.1f} dB; "
        f"peak {float(np.abs(sound).max()):.2f}"
    )


def _step_db(sound: Samples, at_s: float) -> float:
    at, half = round(at_s * MIX_RATE_HZ), round(_HALF_S * MIX_RATE_HZ)
    return abs(_level_db(sound[at : at + half]) - _level_db(sound[at - half : at]))


def _around_db(sound: Samples, at_s: float) -> float:
    at, half = round(at_s * MIX_RATE_HZ), round(_HALF_S * MIX_RATE_HZ)
    starts = range(max(0, at - 3 * half), min(at + 2 * half, len(sound) - half), half // 2)
    return min(_level_db(sound[start : start + half]) for start in starts)


def _level_db(sound: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if values else 0.0


def _high(values: Sequence[float]) -> float:
    return float(np.quantile(values, 0.9)) if values else 0.0


def _rest_s(clip: ClipAnalysis, duration_s: float) -> float:
    return clip.info.duration_s - duration_s


def _scenes(shared: Path, folder: Path) -> Iterator[Path]:
    """Yield a few real clips, brought to one size and rate."""
    sources = sorted((shared / "data" / "music_videos").glob("*.mp4"))
    sources = [
        *sources[:: max(1, len(sources) // _N_SOURCES)],
        *sorted((shared / "media").glob("*.mp4")),
    ]
    for number, source in enumerate(sources[:_N_SOURCES]):
        out = folder / f"scene{number}.ts"
        _ffmpeg(
            "-i",
            source,
            "-t",
            "30",
            "-vf",
            _AS_SAMPLES,
            "-an",
            "-c:v",
            "mpeg4",
            "-q:v",
            "4",
            "-g",
            "25",
            out,
        )
        yield out


def _joined(parts: Sequence[Path], length_s: float, folder: Path, number: int) -> Path:
    """Return a clip of a length: scenes of 12 to 100 s, each a part over and over."""
    rng = np.random.default_rng(number)
    listed: list[Path] = []
    filled_s = 0.0
    part = 0
    while filled_s < length_s:
        part = (part + int(rng.integers(1, len(parts)))) % len(parts)
        scene_s = float(rng.uniform(12, 100))
        n_times = max(1, round(scene_s / 25))
        listed += [parts[part]] * n_times
        filled_s += 10.0 * n_times
    playlist, out = folder / f"{number}.txt", folder / f"{number}.mp4"
    playlist.write_text("".join(f"file '{path}'\n" for path in listed))
    _ffmpeg("-f", "concat", "-safe", "0", "-i", playlist, "-t", str(length_s), "-c", "copy", out)
    return out


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True)


if __name__ == "__main__":
    main()
