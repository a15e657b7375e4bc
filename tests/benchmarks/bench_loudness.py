"""How equally loud the first tracks of a list are in the part that plays.

    python -m tests.benchmarks.bench_loudness [CLIP ...] [--top 24] [--loudness -14]

For each clip (the demo clip without any), the tracks of its list are mixed as an export would, by
two levels: the one that their whole files were brought to, and the one measured in the part that
plays. Prints how far the loudness (EBU R128) is spread, the highest true peak, and the processor
time that measuring a track takes.
"""

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.gains import TARGETS_LUFS
from engine.export.mixing import mix_blocks
from engine.media.loudness import measure_samples
from engine.paths import demo_clip
from engine.progress import silent
from engine.stories.analyse import analyse_clip_isolated
from engine.stories.levelling import measure_level
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import recommend


def mixed(arrangement: Arrangement) -> tuple[float, float]:
    """Return loudness and true peak of the music as it is exported, without ducking."""
    plain = replace(arrangement, ducking=None)
    measured = measure_samples(mix_blocks(plain, silent(), with_clip=False))
    return measured.integrated_lufs, measured.true_peak_dbtp


def show(name: str, loudness: list[tuple[float, float]]) -> None:
    """Print the spread of one way of levelling."""
    values = [each[0] for each in loudness]
    peak = max(each[1] for each in loudness)
    print(
        f"  {name}: {min(values):.2f} to {max(values):.2f} LUFS, spread "
        f"{max(values) - min(values):.2f} LU, true peak {peak:.2f} dBTP"
    )


def main() -> None:
    """Measure the lists of all clips."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--top", type=int, default=24)
    parser.add_argument("--loudness", default="-14", choices=[*TARGETS_LUFS])
    arguments = parser.parse_args()
    target_lufs = TARGETS_LUFS[arguments.loudness]
    for clip in arguments.clips or [demo_clip()]:
        analysis = analyse_clip_isolated(clip.absolute(), silent())
        options = RankingOptions(top=arguments.top)
        before, after, gains_db = [], [], []
        used_s = 0.0
        for item in recommend(analysis, options, silent()).items:
            before.append(mixed(item.arrangement))
            started_s = time.process_time()
            (music,) = item.arrangement.items
            gain_db = 0.0 if target_lufs is None else measure_level(music, target_lufs)
            used_s += time.process_time() - started_s
            levelled = replace(music, match_gain_db=gain_db)
            after.append(mixed(replace(item.arrangement, items=(levelled,))))
            gains_db.append(gain_db)
        print(f"{clip.name}, {analysis.info.duration_s:.0f} s, {len(after)} tracks")
        show("by the whole track", before)
        show("by the part that plays", after)
        print(f"  gains {min(gains_db):.1f} to {max(gains_db):.1f} dB, ", end="")
        print(f"{1000 * used_s / len(after):.0f} ms of processor time for each")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["SOUNDBED_HOME"] = home
        main()
