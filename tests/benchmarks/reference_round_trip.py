"""Whether a simulated set gives the same results after conversion to DebCM's data format.

    python -m tests.benchmarks.reference_round_trip [--videos 2400] [--systems cca,cmvae]
        [--epochs 5] [--seed 0]

`soundbed simulate` writes one set in four ways, `soundbed benchmark --pairs` trains on each:

- own: Soundbed's own format, with everything;
- bare: the same without what DebCM's format doesn't have (text, tags, moods, rhythm, the true
  match);
- reference: `simulate --reference`, read with `--allow-pickle`;
- stranger: the reference folder without its soundbed.npz, like the authors' own data: uploaders are
  guessed from their genre shares, the uploaders of queries aren't known, and T_diverse is the only
  test set.

All figures of "reference" and "bare" must be equal; the exit code is 1 when they aren't. Prints
Recall@15 and how many figures differ.
"""

import argparse
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from engine.__main__ import main as soundbed
from engine.training.benchmark.results import Results, Row
from engine.training.data.benchmark_data import BenchmarkData, TestSet
from engine.training.data.benchmark_files import load_benchmark, save_benchmark
from engine.training.data.extras import Extras
from engine.training.data.pairs import PairSet

SHOWN = ("validation", "diverse", "matching", "do")
Figures = dict[tuple[str, str, str, str], float]


def write_sets(folder: Path, n_videos: int, seed: int) -> dict[str, Path]:
    """Write the set in four ways and return their folders."""
    paths = {name: folder / name for name in ("own", "bare", "reference", "stranger")}
    options = ["simulate", "--videos", str(n_videos), "--seed", str(seed)]
    run([*options, "--out", str(paths["own"])])
    run([*options, "--reference", "--out", str(paths["reference"])])
    save_benchmark(reduced(load_benchmark(paths["own"])), paths["bare"])
    shutil.copytree(paths["reference"], paths["stranger"])
    (paths["stranger"] / "soundbed.npz").unlink()
    return paths


def reduced(data: BenchmarkData) -> BenchmarkData:
    """Return only the data that DebCM's format with soundbed.npz can hold."""

    def pairs(one: PairSet) -> PairSet:
        return replace(one, extras=Extras(taken=one.extras.taken))

    def test(one: TestSet) -> TestSet:
        queries = replace(one.queries, text_vectors=None, has_text=None)
        return replace(one, queries=queries, true_top=None, true_genre_shares=None)

    return replace(
        data,
        ugc=pairs(data.ugc),
        pgc=None if data.pgc is None else pairs(data.pgc),
        validation=test(data.validation),
        tests=tuple(test(one) for one in data.tests),
    )


def figures(pairs: Path, out: Path, systems: str, epochs: int) -> Figures:
    """Train on a set and return the results."""
    options = ["--systems", systems, "--epochs", str(epochs), "--seeds", "0", "--device", "cpu"]
    run(["benchmark", "--pairs", str(pairs), "--allow-pickle", *options, "--out", str(out)])
    rows = Results(out / "results.csv").rows
    return {key_of(row): row.value for row in rows if row.test_set != "training"}


def key_of(row: Row) -> tuple[str, str, str, str]:
    """Return what a row measures; the only test set of DebCM's format is T_diverse."""
    test_set = "diverse" if row.test_set == "test" else row.test_set
    return row.system, row.data, test_set, row.metric


def run(arguments: list[str]) -> None:
    """Run a command of Soundbed; exit with its code when it fails."""
    code = soundbed(arguments)
    if code:
        sys.exit(code)


def differing(one: Figures, other: Figures) -> tuple[int, int, float]:
    """Return how many figures both have, how many differ, and the largest difference."""
    both = one.keys() & other.keys()
    gaps = [abs(one[key] - other[key]) for key in both]
    return len(both), sum(gap > 0 for gap in gaps), max(gaps, default=0.0)


def print_recalls(found: dict[str, Figures]) -> None:
    """Print Recall@15 of every system on every test set, a column for each way."""
    print("\nRecall@15".ljust(34) + "".join(name.rjust(11) for name in found))
    for system, data, test_set, metric in found["own"]:
        if metric != "recall@15" or test_set not in SHOWN:
            continue
        values = (one.get((system, data, test_set, metric)) for one in found.values())
        cells = ("" if value is None else f"{value:.5f}" for value in values)
        line = "".join(cell.rjust(11) for cell in cells)
        print(f"{system} {data} {test_set}".ljust(33) + line)


def main() -> int:
    """Write, train and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--videos", type=int, default=2_400)
    parser.add_argument("--systems", default="cca,cmvae")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_sets(folder, asked.videos, asked.seed)
        found = {
            way: figures(path, folder / f"{way}-results", asked.systems, asked.epochs)
            for way, path in paths.items()
        }
    print_recalls(found)
    print()
    for one, other in (("own", "bare"), ("bare", "reference"), ("reference", "stranger")):
        n_both, n_differ, most = differing(found[one], found[other])
        only = len(found[one].keys() - found[other].keys())
        print(
            f"{one} → {other}: {n_both} figures in both, {n_differ} differ, at most by {most:.6f}; "
            f"{only} are missing"
        )
    same = found["bare"] == found["reference"]
    print("the conversion changes nothing" if same else "THE CONVERSION CHANGES RESULTS")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
