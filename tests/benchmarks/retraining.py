"""What retraining on 40 edits does to a pack, and whether a worse one would be published.

    OMP_NUM_THREADS=1 PYTHONPATH=packaging:. python -m tests.benchmarks.retraining DATA
        [--cache FOLDER] [--out retraining.jsonl] [--draws 5] [--members 5] [--makers others]

DATA is the folder of the real data. For each draw, sources of micro_clips are drawn until they have
at least 60 clips; with `--makers others`, those of music_videos and the other ones of
micro_clips_2, on which the recipe was developed. A base pack learns from all data but these
sources. Of their clips, 40 are the user's edits: the base is fine-tuned on them, and a pack is
trained on them from scratch, with the professionals' pairs of the other sources. Both are compared
with the base by the guard of `soundbed train`, inside the 40 edits, and measured on the rest of
these makers' clips, which the guard doesn't see. Ranks are among the rest's tracks. Each draw is a
line of --out, so that a stopped run resumes; the draws are the seeds 0, 1, …

Beside the two, a noisy set is tried: the same 40 edits with their music exchanged at random, which
a guard should hold back.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import MatchingPack
from engine.files import scratch_folder
from engine.progress import silent
from engine.training.data.pairs import PairSet, join
from engine.training.data.same_clips import with_joined_sources
from engine.training.learners import Learner
from engine.training.paired_ranks import own_ranks, paired_interval

N_EDITS = 40
MAKERS = ("micro_clips", "others")
_MIN_CLIPS = 60
_PREFIX = "micro clips "
_FIRST_OF_OTHERS = 100

Record = dict[str, Any]


def main() -> None:
    """Measure all draws that are still to be measured, and print what came of all."""
    # A child process imports this module: what a pack is built with takes more memory than a
    # network's worker is given.
    from build_matching import ROOT, Material
    from engine.training.data.features_cache import default_cache

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "retraining.jsonl")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--makers", choices=MAKERS, default=MAKERS[0])
    arguments = parser.parse_args()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    makers = arguments.makers
    done = [one for one in _read(arguments.out) if one["makers"] == makers]
    missing = [draw for draw in range(arguments.draws) if draw not in {one["draw"] for one in done}]
    if missing:
        material = Material.read(arguments.data, arguments.cache)
        for draw in missing:
            done.append(_measure(material, draw, arguments.members, makers))
            with arguments.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[-1]) + "\n")
            print(json.dumps(done[-1]), flush=True)
    print(table(done))


def _read(path: Path) -> list[Record]:
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def draw_sources(sources: Sequence[str], seed: int, makers: str = "micro_clips") -> list[str]:
    """Return sources, drawn until they have `_MIN_CLIPS` clips.

    Args:
        sources: of each clip.
        seed: of the draw.
        makers: one of `MAKERS`.
    """
    counts = Counter(source for source in sources if maker_set(source) == makers)
    chosen: list[str] = []
    for source in np.random.default_rng(seed).permutation(sorted(counts)):
        chosen.append(str(source))
        if sum(counts[one] for one in chosen) >= _MIN_CLIPS:
            break
    return chosen


def maker_set(source: str) -> str:
    """Return to which of `MAKERS` a source belongs; "" for photographs."""
    if source.startswith(_PREFIX):
        return MAKERS[int(source.removeprefix(_PREFIX)) >= _FIRST_OF_OTHERS]
    return MAKERS[1] if source.startswith("music video") else ""


def _measure(material: Any, draw: int, n_members: int, makers: str) -> Record:
    from build_matching import build, fit_learned
    from engine.training.fine_tune import FineTune
    from engine.training.from_scratch import FromScratch
    from engine.training.method.training_config import TrainingConfig
    from prepare_training import without_sources

    every = join(material.ugc, material.pgc)
    sources = draw_sources([str(one) for one in every.sources], draw, makers)
    clips = _own_pairs(every, sources)
    order = np.random.default_rng(draw).permutation(clips.n_videos)
    is_edit = np.isin(np.arange(clips.n_videos), order[:N_EDITS])
    # As `soundbed train` reads them.
    edits, rest = with_joined_sources(clips.of_videos(is_edit))[0], clips.of_videos(~is_edit)
    config = TrainingConfig(seed=draw, n_members=n_members, device="cpu")
    pgc = without_sources(material.pgc, sources)
    kept = ~np.isin(material.inputs.sources, sources)
    with scratch_folder() as folder:
        learned = fit_learned(material, "base", frozenset(sources), config)
        base = build(material, learned, kept, folder / "base", draw)
        mixed = replace(edits, music_vectors=_mixed(edits.music_vectors, draw))
        record: Record = {
            "draw": draw,
            "makers": makers,
            "sources": len(sources),
            "edits": edits.n_videos,
            "rest": rest.n_videos,
            "members": n_members,
            "base": float(own_ranks(base, rest).mean()),
            "tuned": _tried(FineTune(base, draw), base, edits, None, rest, folder / "work"),
            "tuned on noise": _tried(
                FineTune(base, draw), base, mixed, None, rest, folder / "work"
            ),
            "from scratch": _tried(FromScratch(config), base, edits, pgc, rest, folder / "scratch"),
        }
    return record


def _own_pairs(pairs: PairSet, sources: Sequence[str]) -> PairSet:
    """Return clips of some sources with their own music alone."""
    found = pairs.of_videos(np.isin(pairs.sources, sources))
    _, first = np.unique(found.pairs[:, 0], return_index=True)
    return found.take(first).of_videos(np.ones(found.n_videos, np.bool_))


def _mixed(vectors: npt.NDArray[np.float32], seed: int) -> npt.NDArray[np.float32]:
    return vectors[np.random.default_rng(seed).permutation(len(vectors))]


def _tried(
    learner: Learner,
    base: MatchingPack,
    edits: PairSet,
    pgc: PairSet | None,
    rest: PairSet,
    work_folder: Path,
) -> Record:
    """Return what the guard says of a recipe, and how its pack does on the rest."""
    from engine.training.publishing import Judge, reason_against

    nobody = np.zeros(edits.n_videos, np.bool_)
    compared = Judge(base, nobody).compare(learner, edits, pgc, silent(), work_folder)
    learnt = learner.fit(edits, pgc, silent(), work_folder / "all")
    with scratch_folder() as folder:
        learnt.write(folder, "new")
        pack = MatchingPack.load(folder, is_own=True)
        before, after = own_ranks(base, rest), own_ranks(pack, rest)
    change = paired_interval(before, after, rest.sources[rest.pairs[:, 0]])
    reason = reason_against(compared, learnt.changes_nothing)
    return {
        "changes nothing": learnt.changes_nothing,
        "published": not reason,
        "guard": None if compared.interval is None else asdict(compared.interval),
        "rank": float(after.mean()),
        "change": asdict(change),
    }


def table(records: Sequence[Record]) -> str:
    """Return the measures of all draws as a table, and how many worse packs would be published."""
    ways = ("tuned", "tuned on noise", "from scratch")
    lines = ["| draw | edits + rest | base |" + "".join(f" {way} |" for way in ways)]
    lines.append("|---" * (3 + len(ways)) + "|")
    for one in records:
        cells = [f"{one['draw']}", f"{one['edits']} + {one['rest']}", f"{one['base']:.3f}"]
        cells += [_cell(one[way]) for way in ways]
        lines.append("| " + " | ".join(cells) + " |")
    mean = np.mean([one["base"] for one in records])
    cells = ["mean", "", f"{mean:.3f}"]
    for way in ways:
        changes = np.array([one[way]["change"]["mean"] for one in records])
        cells.append(f"{mean + changes.mean():.3f} ({changes.mean():+.3f} ± {changes.std():.3f})")
    lines.append("| " + " | ".join(cells) + " |")
    for way in ways:
        published = [one[way] for one in records if one[way]["published"]]
        worse = [one for one in published if one["change"]["mean"] > 0]
        lost = [one for one in published if one["change"]["mean"] > 0.02]
        lines.append(
            f"{way}: {len(published)} of {len(records)} published; worse than the base on the rest "
            f"{len(worse)}, by more than .02 {len(lost)}"
        )
    return "\n".join(lines)


def _cell(found: Record) -> str:
    change = found["change"]
    state = "published" if found["published"] else "candidate"
    if found["changes nothing"]:
        state = "no change"
    return f"{found['rank']:.3f} ({change['low']:+.3f} to {change['high']:+.3f}), {state}"


if __name__ == "__main__":
    main()
