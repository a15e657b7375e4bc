"""STORY: two matching packs and held-out choices → which pack ranks them higher.

Needs no torch: packs are used as the app uses them. Clips that either pack has learnt from are
left out, as they would praise the pack that knows them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.encoders.clip_sketches import ClipSketches
from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import SeenClips, clip_fingerprint, together
from engine.encoders.pack_manifest import load_manifest, names_apart
from engine.encoders.visual import check_network_pack, find_pack
from engine.errors import InputError, display_path
from engine.library.libraries import Libraries
from engine.progress import Progress
from engine.stories.known_packs import candidate_reason
from engine.training.data.features_cache import FeatureOptions
from engine.training.data.pairs import PairSet
from engine.training.data.readers import read_spec
from engine.training.data.same_clips import note_on_copies, with_joined_sources
from engine.training.evaluate_pack import unknown_clips
from engine.training.pack_comparison import Comparison, change_of
from engine.training.paired_ranks import PairedInterval, own_ranks, paired_interval
from engine.training.replayed_picks import LibraryRanks, picked_clips
from engine.training.seen_clips import note_on_makers, seen_videos
from engine.translation import tr, trn

Floats = npt.NDArray[np.float64]
# With fewer, an interval is only wide, or by chance narrow.
_MIN_CHOICES = 10
Verdict = Literal["better", "worse", "unknown"]


@dataclass(frozen=True, slots=True)
class ChoicesRequest:
    """The choices that packs are compared by.

    Attributes:
        edits: a folder of finished edits, a .csv table or a prepared .npz; None for none.
        with_picks: whether the picks of the user's library count.
        features: where features of edits are computed and cached.
    """

    edits: Path | None
    with_picks: bool
    features: FeatureOptions


@dataclass(frozen=True, slots=True)
class ComparedPack:
    """One of the two packs.

    Attributes:
        folder: of the pack.
        id: its name.
        candidate: why it wasn't published; "" for a pack that was.
        mean_rank: of the choices, 0 best, .5 chance.
    """

    folder: Path
    id: str
    candidate: str
    mean_rank: float


@dataclass(frozen=True, slots=True)
class PackComparison:
    """Two packs on the same choices.

    Attributes:
        first, second: the packs.
        difference: second's ranks - first's; below 0, the second is better.
        n_seen: choices that were left out, because a pack has learnt from the clip.
        skipped: clips that can't be used, with the reason.
        notes: translated sentences that the user should read.
    """

    first: ComparedPack
    second: ComparedPack
    difference: PairedInterval
    n_seen: int
    skipped: tuple[tuple[Path, str], ...]
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, str]:
        """What the packs are called, told apart also where both have the same name."""
        packs = (self.first, self.second)
        first, second = names_apart((pack.id, pack.folder) for pack in packs)
        return first, second

    @property
    def change(self) -> str:
        """How the second pack ranks the choices, beside the first, in plain words."""
        return change_of(Comparison(self.names[0], self.difference))

    @property
    def says_little(self) -> bool:
        """Whether there are too few choices for any verdict."""
        return self.difference.n_clips < _MIN_CHOICES or self.difference.n_sources < 2

    @property
    def verdict(self) -> Verdict:
        """What the interval says of the second pack."""
        if self.says_little:
            return "unknown"
        if self.difference.high < 0:
            return "better"
        return "worse" if self.difference.low > 0 else "unknown"


def compare_packs(
    first: Path, second: Path, choices: ChoicesRequest, progress: Progress
) -> PackComparison:
    """Rank people's own choices by two packs, and compare the ranks in pairs.

    The music of an edit is ranked among that of all edits, a picked track among all tracks of the
    libraries.

    Args:
        first: folder of a pack, such as the one in use.
        second: folder of the other one.
        choices: what is ranked.
        progress: steps with each clip; may cancel.

    Raises:
        PackError: when a pack can't be used, or its list of seen clips is damaged.
        InputError: when nothing is to be ranked, or no clip is left.
        TrainingError: when the edits can't be used.
        Cancelled: when the user stopped it.
    """
    if choices.edits is None and not choices.with_picks:
        raise InputError(
            tr("There is nothing to compare the packs by."),
            remedy=tr("Add --edits SPEC, --picks, or both."),
        )
    folders = (first.absolute(), second.absolute())
    progress.step(tr("Checking the pack"))
    packs = {folder: MatchingPack.load(folder) for folder in folders}
    for pack in packs.values():
        check_network_pack(find_pack(pack.video_version))
    lists = {folder: SeenClips.of_pack(folder) for folder in folders}
    seen = together([each for each in lists.values() if each is not None])
    # A pack that has seen more than it says looks better than it is.
    unsure = [each for each, seen in lists.items() if seen is None or not seen.is_complete]
    found = [_Ranked(notes=tuple(unknown_clips(packs[each]) for each in unsure))]
    if choices.edits is not None:
        found.append(_edits(packs, choices.edits, choices.features, seen, progress))
    if choices.with_picks:
        found.append(_picks(packs, seen, progress))
    return _compared(packs, folders, found, choices.edits)


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """Choices ranked by two packs.

    Attributes:
        ranks: by the folder of each pack, float64 (n,).
        sources: str (n,), of the clips.
        n_seen, skipped, notes: see `PackComparison`.
    """

    ranks: Mapping[Path, Floats] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    n_seen: int = 0
    skipped: tuple[tuple[Path, str], ...] = ()
    notes: tuple[str, ...] = ()


def _compared(
    packs: Mapping[Path, MatchingPack],
    folders: tuple[Path, Path],
    parts: Sequence[_Ranked],
    edits: Path | None,
) -> PackComparison:
    sources = [source for part in parts for source in part.sources]
    n_seen = sum(part.n_seen for part in parts)
    skipped = tuple(each for part in parts for each in part.skipped)
    if not sources:
        raise InputError(
            tr("no clip is left to compare the packs by."),
            path=edits,
            remedy=trn(
                "{n} choice was left out, because a pack has learnt from its clip: add others.",
                "{n} choices were left out, because a pack has learnt from their clips: add"
                " others.",
                n_seen,
            ).format(n=n_seen)
            if n_seen
            else "".join(f"{display_path(path)}: {reason}" for path, reason in skipped[:1]),
        )
    ranks = {
        folder: np.concatenate([part.ranks[folder] for part in parts if part.sources])
        for folder in folders
    }
    first, second = (
        ComparedPack(
            folder,
            packs[folder].id,
            candidate_reason(load_manifest(folder)),
            float(ranks[folder].mean()),
        )
        for folder in folders
    )
    difference = paired_interval(ranks[folders[0]], ranks[folders[1]], sources)
    notes = tuple(note for part in parts for note in part.notes)
    found = PackComparison(first, second, difference, n_seen, skipped, notes)
    if not found.says_little:
        return found
    text = tr("Packs can't be told apart by so few choices: take {n} or more, of several makers.")
    return replace(found, notes=(*notes, text.format(n=_MIN_CHOICES)))


def _edits(
    packs: Mapping[Path, MatchingPack],
    spec: Path,
    features: FeatureOptions,
    seen: SeenClips,
    progress: Progress,
) -> _Ranked:
    """Return edits ranked among the music of all edits that no pack has seen."""
    by_version: dict[str, PairSet] = {}
    skipped: dict[Path, str] = {}
    is_seen: list[npt.NDArray[np.bool_]] = []
    for pack in packs.values():
        if pack.video_version not in by_version:
            network = replace(features, network=find_pack(pack.video_version))
            reading = read_spec(spec, network, progress)
            by_version[pack.video_version] = reading.pairs
            is_seen.append(seen_videos(reading.pairs, seen))
            skipped |= dict(reading.skipped)
    first, *others = by_version.values()
    first, _, n_joined = with_joined_sources(first)
    for other in others:
        # Two picture networks, which may fail on other clips.
        if not np.array_equal(first.pairs, other.pairs) or first.n_videos != other.n_videos:
            raise InputError(
                tr("the picture networks of the two packs can't read the same edits."),
                path=spec,
                remedy=tr("Leave out the edits that can't be used."),
            )
    kept = ~np.logical_or.reduce(is_seen)
    n_seen = int((~kept)[first.pairs[:, 0]].sum())
    if n_seen == first.n_pairs:
        return _Ranked(n_seen=n_seen, skipped=tuple(skipped.items()))
    left = {version: pairs.of_videos(kept) for version, pairs in by_version.items()}
    progress.step(tr("Ranking"))
    ranks = {folder: own_ranks(pack, left[pack.video_version]) for folder, pack in packs.items()}
    pairs = first.of_videos(kept)
    sources = pairs.sources[pairs.pairs[:, 0]]
    known = np.unique(first.sources[~kept])
    notes = (note_on_copies(n_joined), note_on_makers(int(np.isin(sources, known).sum())))
    return _Ranked(
        ranks,
        tuple(sources.tolist()),
        n_seen,
        tuple(skipped.items()),
        tuple(filter(None, notes)),
    )


def _picks(packs: Mapping[Path, MatchingPack], seen: SeenClips, progress: Progress) -> _Ranked:
    """Return the picks of the user's library, ranked among all tracks."""
    libraries = Libraries()
    clips, skipped = picked_clips(packs, libraries, progress)
    known = [seen.has(clip_fingerprint(clip.content_hash)) for clip in clips]
    for version in {pack.video_version for pack in packs.values()} if clips else ():
        vectors = np.stack([clip.features[version].vector for clip in clips])
        known = np.logical_or(known, seen.know(ClipSketches.of(vectors, version))).tolist()
    unseen = [clip for clip, is_known in zip(clips, known, strict=True) if not is_known]
    n_seen = sum(len(clip.tracks) for clip in clips) - sum(len(clip.tracks) for clip in unseen)
    by_pack = {folder: LibraryRanks(pack, libraries, progress) for folder, pack in packs.items()}
    rows: list[list[float]] = []
    sources: list[str] = []
    n_gone = 0
    for number, clip in enumerate(unseen):
        progress.step(tr("Ranking"), number, len(unseen))
        found = [ranked.ranks(clip) for ranked in by_pack.values()]
        tracks = [track for track in clip.tracks if all(track in each for each in found)]
        n_gone += len(clip.tracks) - len(tracks)
        rows += [[each[track] for each in found] for track in tracks]
        sources += [f"pick {clip.content_hash}"] * len(tracks)
    notes = [
        tr("The picks were made from the lists of the pack in use then, which favours that pack.")
    ]
    if n_gone:
        notes.append(
            trn(
                "{n} picked track isn't in the library any more.",
                "{n} picked tracks aren't in the library any more.",
                n_gone,
            ).format(n=n_gone)
        )
    columns = np.array(rows, np.float64).reshape(-1, len(by_pack)).T
    return _Ranked(
        dict(zip(by_pack, columns, strict=True)),
        tuple(sources),
        n_seen,
        tuple(skipped),
        (*notes, *libraries.problems()),
    )
