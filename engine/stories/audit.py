"""STORY: all tracks and many clips → what everything matches, what nothing matches, and genres."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.active import matching_pack
from engine.encoders.score_weights import SCALE, STILL
from engine.library.columns import TrackColumns
from engine.library.libraries import Libraries
from engine.library.tracks import Track
from engine.progress import Progress
from engine.ranking.audit import places_of
from engine.ranking.candidates import Candidates
from engine.ranking.own_clips import own_clips, own_offsets
from engine.stories.audit_report import Audit, AuditedTrack, GenreShares
from engine.stories.candidates import candidates_for
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

# So many clips of the user's own say more than the pack's reference clips.
_ENOUGH_CLIPS = 20
_N_NAMED = 100


def audit_library(progress: Progress, libraries: Libraries | None = None) -> Audit:
    """Rank all tracks for many clips, by match alone, and count.

    The clips are the user's, where more than twenty were analysed, otherwise the reference clips
    of the matching pack. Similar tracks aren't kept apart, as they are in a list that is shown.

    Args:
        progress: may cancel.
        libraries: kept from a ranking before; None for new ones.

    Raises:
        InputError: when there is no music.
        LibraryError: when the library can't be read.
        PackError: when the matching pack is unusable.
        Cancelled: when the user stopped it.
    """
    known = libraries or Libraries()
    return known.retry(lambda: _audit(known, progress))


def _audit(libraries: Libraries, progress: Progress) -> Audit:
    pack = matching_pack()
    progress.step(tr("Reading the library"))
    candidates, _ = candidates_for(RankingOptions(), libraries, pack, progress)
    progress.step(tr("Reading clips"))
    queries, is_own = _clips(pack)
    corrections = np.zeros(len(candidates), np.float32)
    if is_own:
        corrections = own_offsets(pack, candidates.each_part(), queries)
    contents = candidates.column(lambda tracks: tracks.contents)
    is_listed = contents == 0
    is_listed[np.unique(contents, return_index=True)[1]] = True
    places = places_of(
        queries / np.float32(SCALE),
        _followed(candidates, progress),
        corrections,
        is_listed,
    )
    n_listed = int(is_listed.sum())
    average = places.n_first.sum() / max(n_listed, 1)
    order = np.argsort(-places.n_first, kind="stable")
    often = [int(each) for each in order[:_N_NAMED] if places.n_first[each]]
    never = np.flatnonzero(is_listed & (places.n_seen == 0))
    return Audit(
        n_clips=places.n_clips,
        is_own=is_own,
        n_tracks=n_listed,
        often=tuple(
            AuditedTrack(
                track,
                float(places.n_first[index] / places.n_clips),
                float(places.n_first[index] / average),
            )
            for index, track in zip(often, candidates.tracks(often), strict=True)
            if track is not None
        ),
        never=_tracks(candidates, never[:_N_NAMED].tolist()),
        n_never=len(never),
        genres=_genres(candidates, is_listed, places.n_first),
    )


def _clips(pack: "MatchingPack") -> tuple[npt.NDArray[np.float32], bool]:
    """Return the queries of clips, and whether they are the user's own."""
    own = own_clips(pack, "")
    if len(own) > _ENOUGH_CLIPS:
        return own, True
    reference = pack.bank[pack.bank[:, STILL] == 0]
    return reference.astype(np.float32), False


def _followed(candidates: Candidates, progress: Progress) -> Iterator[npt.NDArray[np.float32]]:
    """Yield the vectors in parts, and report how many are done."""
    n_done = 0
    for part in candidates.each_part():
        progress.step(tr("Ranking all tracks for all clips"), n_done, len(candidates))
        yield part
        n_done += len(part)


def _tracks(candidates: Candidates, indexes: Sequence[int]) -> tuple[Track, ...]:
    return tuple(track for track in candidates.tracks(indexes) if track is not None)


def _genres(
    candidates: Candidates, is_listed: npt.NDArray[np.bool_], n_first: npt.NDArray[np.int64]
) -> tuple[GenreShares, ...]:
    names: list[str] = candidates.column(_genre_names).tolist()
    in_library, in_lists = Counter[str](), Counter[str]()
    for name, is_counted, n_places in zip(names, is_listed, n_first, strict=True):
        in_library[name] += int(is_counted)
        in_lists[name] += int(n_places)
    n_tracks, n_places = max(in_library.total(), 1), max(in_lists.total(), 1)
    return tuple(
        GenreShares(name, n / n_tracks, in_lists[name] / n_places)
        for name, n in in_library.most_common()
        if n
    )


def _genre_names(tracks: TrackColumns) -> npt.NDArray[np.str_]:
    return np.array([*tracks.genre_names, ""], np.str_)[tracks.genres]
