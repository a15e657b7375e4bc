"""STORY: a matching pack and finished edits → how well each picture finds its own sound.

Each edit's picture ranks the sounds of all edits. Needs no torch: it evaluates a pack as the app
uses it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.clip_sketches import ClipSketches, stacked
from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import SeenClips, clip_fingerprint
from engine.encoders.visual import check_network_pack, find_pack, pack_version
from engine.errors import InputError, MediaUnreadable, display_path
from engine.library.track_analysis import profile_of
from engine.music.features import MusicFeatures
from engine.progress import Progress
from engine.ranking.query import make_query
from engine.training.data.edits import list_edits, read_column
from engine.training.data.extraction import Unusable, extract_usable
from engine.training.data.features_cache import (
    FeatureOptions,
    music_features,
    track_id,
    video_features,
)
from engine.training.data.pooled import PooledClip
from engine.training.fitting.metrics import label_share
from engine.training.seen_clips import note_on_makers
from engine.translation import tr, trn

RECALL_AT = (1, 5, 10)
N_LABELLED = 10
_MAX_NAMED = 5

_Vectors = dict[Path, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How well pictures find their sounds.

    Attributes:
        recall: for each K of `RECALL_AT`, the share of edits whose own sound is among the K best.
        median_rank: of the own sound, 1 for the best; equal scores count half.
        label_match: share of the `N_LABELLED` best sounds, without the own, that have the edit's
            label; None without labels.
    """

    recall: Mapping[int, float]
    median_rank: float
    label_match: float | None


@dataclass(frozen=True, slots=True)
class PackEvaluation:
    """A pack evaluated on finished edits.

    Attributes:
        pack_id: the pack's name.
        n_edits: how many could be used.
        found: the pack's results.
        chance: the results of a list in random order.
        skipped: edits that can't be used, with the reason.
        notes: translated sentences that the user should read.
        n_seen: edits that were left out, because the pack has learnt from them.
    """

    pack_id: str
    n_edits: int
    found: Retrieval
    chance: Retrieval
    skipped: tuple[tuple[Path, str], ...]
    notes: tuple[str, ...]
    n_seen: int = 0


def evaluate_pack(
    pack_folder: Path,
    folder: Path,
    progress: Progress,
    labels_table: Path | None = None,
    features: FeatureOptions | None = None,
) -> PackEvaluation:
    """Evaluate a matching pack on finished edits that it hasn't learnt from, each with its sound.

    Args:
        pack_folder: the pack.
        folder: of videos with their sound, with its subfolders.
        progress: steps once an edit.
        labels_table: .csv with the columns clip and label, such as an emotion.
        features: where features are computed and cached; None for here and the user's cache.

    Raises:
        PackError: when the pack is missing, edited or of another version.
        InputError: when the folder or the table can't be used, or fewer than two edits can.
    """
    features = features or FeatureOptions()
    folder = features.reachable(folder)
    pack = MatchingPack.load(pack_folder)
    # Anything wrong with the arguments is reported before the slow analysis of the edits.
    source_of = _sources_of_clips(folder)
    clips = list(source_of)
    labels, notes = _assign_labels(labels_table, folder, clips) if labels_table else ({}, ())
    seen = SeenClips.of_pack(pack_folder)
    if seen is None or not seen.is_complete:
        notes += (unknown_clips(pack),)
    known = seen or SeenClips()
    unseen = [clip for clip in clips if not _is_seen(clip, known)]
    pictures, sounds, skipped = _embed(pack, known, unseen, features, progress)
    left_out = source_of.keys() - pictures.keys() - {clip for clip, _ in skipped}
    if len(pictures) < 2:
        raise InputError(
            tr("fewer than two finished edits can be used."),
            path=folder,
            remedy=_what_to_add(skipped, len(left_out)),
        )
    used = sorted(pictures)
    known_makers = {source_of[clip] for clip in left_out}
    if note := note_on_makers(sum(source_of[clip] in known_makers for clip in used)):
        notes += (note,)
    scores = _stacked(pictures, used) @ _stacked(sounds, used).T
    named = np.array([labels.get(clip, "") for clip in used])
    n_unnamed = int((named == "").sum())
    if labels_table is not None and n_unnamed:
        notes += (
            trn(
                "{n} edit has no label; its picture and sound don't count for the labels.",
                "{n} edits have no label; their pictures and sounds don't count for the labels.",
                n_unnamed,
            ).format(n=n_unnamed),
        )
    found = measure_retrieval(scores, named)
    return PackEvaluation(
        pack.id, len(used), found, chance(named), tuple(skipped), notes, len(left_out)
    )


def unknown_clips(pack: MatchingPack) -> str:
    """Return a note on a pack that may have seen other clips than it says."""
    return tr(
        "{pack} doesn't say all clips that it learnt from: some of these may be among them, which "
        "makes it look better than it is."
    ).format(pack=pack.id)


def measure_retrieval(scores: npt.NDArray[np.float32], labels: npt.NDArray[np.str_]) -> Retrieval:
    """Return how well each row finds its own column, the one with the same number.

    Args:
        scores: (n, n), of picture i with sound j.
        labels: (n,), "" where none is known.
    """
    own = np.diagonal(scores)[:, None]
    # A pack that gives equal scores to all must not look better than chance.
    ranks = 1.0 + (scores > own).sum(axis=1) + 0.5 * ((scores == own).sum(axis=1) - 1)
    return Retrieval(
        {k: float((ranks <= k).mean()) for k in RECALL_AT},
        float(np.median(ranks)),
        _label_match(scores, labels),
    )


def chance(labels: npt.NDArray[np.str_]) -> Retrieval:
    """Return what a list of n sounds in random order gives on average.

    Args:
        labels: (n,), "" where none is known.
    """
    n = len(labels)
    named = labels[labels != ""]
    match = None
    if len(named) >= 2:
        alike = (named[:, None] == named[None]).sum(axis=1) - 1
        match = float((alike / (len(named) - 1)).mean())
    return Retrieval({k: min(k / n, 1.0) for k in RECALL_AT}, (n + 1) / 2, match)


def describe_whole(
    clip: Path, cache_folder: Path, network: Path | None = None
) -> tuple[npt.NDArray[np.float32], MusicFeatures]:
    """Return a clip's video vector and the features of its own sound, for any length.

    Args:
        clip: its file.
        cache_folder, network: see `FeatureOptions`.
    """
    picture = video_features(clip, cache_folder, network=network)
    return picture.vector, music_features(clip, cache_folder)


def _is_seen(clip: Path, seen: SeenClips) -> bool:
    try:
        return seen.has(clip_fingerprint(track_id(clip)))
    except MediaUnreadable:
        # The analysis says why.
        return False


def _what_to_add(skipped: Sequence[tuple[Path, str]], n_seen: int) -> str:
    if n_seen:
        return trn(
            "{n} edit was left out, because the pack has learnt from it: add others.",
            "{n} edits were left out, because the pack has learnt from them: add others.",
            n_seen,
        ).format(n=n_seen)
    if skipped:
        return f"{display_path(skipped[0][0])}: {skipped[0][1]}"
    return tr("Put videos with their music in it.")


def _sources_of_clips(folder: Path) -> dict[Path, str]:
    if not folder.is_dir():
        raise InputError(
            tr("this isn't a folder."),
            path=folder,
            remedy=tr("Choose the folder of finished edits."),
        )
    return {edit.clip: edit.source for edit in list_edits(folder)}


def _assign_labels(
    table: Path, folder: Path, clips: Sequence[Path]
) -> tuple[dict[Path, str], tuple[str, ...]]:
    """Return the label of each clip, and a note on names that match no edit."""
    labels, unknown = read_column(table, "label", folder, clips)
    if not unknown:
        return labels, ()
    text = trn(
        "The labels name {n} clip that isn't an edit in the folder: {names}",
        "The labels name {n} clips that aren't edits in the folder: {names}",
        len(unknown),
    )
    shown = ", ".join(unknown[:_MAX_NAMED]) + (", …" if len(unknown) > _MAX_NAMED else "")
    return labels, (text.format(n=len(unknown), names=shown),)


def _embed(
    pack: MatchingPack,
    known: SeenClips,
    clips: Sequence[Path],
    features: FeatureOptions,
    progress: Progress,
) -> tuple[_Vectors, _Vectors, list[tuple[Path, str]]]:
    """Return the embeddings of pictures and sounds, and the clips that can't be used.

    Clips that the pack knows by their sketches are in none of them.
    """
    pictures, sounds = {}, {}
    sketches: dict[Path, ClipSketches] = {}
    skipped: list[tuple[Path, str]] = []
    network = find_pack(pack.video_version)
    check_network_pack(network)
    there = replace(features, network=network).for_workers()
    tasks = [(clip, (clip, there.cache_folder, there.network)) for clip in clips]
    for clip, found in extract_usable(describe_whole, tasks, progress, features.scheduler):
        if isinstance(found, Unusable):
            skipped.append((clip, found.reason))
            continue
        picture, sound = found
        version = pack_version(there.network)
        sketches[clip] = ClipSketches.of(picture[None], version)
        seen = pack.read_clip(PooledClip.of(picture, version))
        pictures[clip] = make_query(pack, seen).vector
        sounds[clip] = pack.embed_music(sound, profile_of(sound)).vector
    if sketches:
        known_again = known.know(stacked(list(sketches.values())))
        for clip, is_known in zip(list(sketches), known_again.tolist(), strict=True):
            if is_known:
                del pictures[clip], sounds[clip]
    return pictures, sounds, sorted(skipped)


def _stacked(vectors: _Vectors, clips: Sequence[Path]) -> npt.NDArray[np.float32]:
    return np.stack([vectors[clip] for clip in clips])


def _label_match(scores: npt.NDArray[np.float32], labels: npt.NDArray[np.str_]) -> float | None:
    named = np.flatnonzero(labels != "")
    if len(named) < 2:
        return None
    shares = label_share(
        scores[np.ix_(named, named)],
        labels[named],
        labels[named],
        ~np.eye(len(named), dtype=np.bool_),
        min(N_LABELLED, len(named) - 1),
    )
    return float(shares.mean())
