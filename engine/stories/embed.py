"""STORY: stored features and a pack → embeddings and profiles of the tracks in a library."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from engine.errors import PackError, RemovedMeanwhile
from engine.library.columns_loading import refresh_columns
from engine.library.library import Library
from engine.library.track_analysis import profile_of, profile_pack_id
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

_log = logging.getLogger(__name__)
_BATCH = 64


def embed_missing(
    library: Library, pack: "MatchingPack", progress: Progress, at_most: int | None = None
) -> int:
    """Embed and profile tracks again, from their stored features, where a pack has changed.

    Args:
        library: the tracks.
        pack: the matching pack.
        progress: may cancel; tracks embedded by then are kept.
        at_most: embed and profile no more than so many; None for all.

    Returns:
        How many were embedded.

    Raises:
        PackError: when a pack is unusable.
    """
    from engine.music.vector import VERSION

    tracks, profile_pack = library.tracks, profile_pack_id()
    outdated = library.files.outdated_profiles(profile_pack, VERSION)
    for ids in _batches(outdated[:at_most]):
        progress.check()
        # Together: an embedding depends on the profile that it was made with.
        with library.database.writing():
            profiles = []
            for track_id in ids:
                with suppress(RemovedMeanwhile):
                    profiles.append((track_id, profile_of(tracks.features(track_id))))
            library.files.store_profiles(profile_pack, profiles)
            embed_tracks(library, pack, ids)
            for track_id in ids:
                library.embeddings.delete_others(pack.space, track_id)
    missing = library.embeddings.missing(pack.space, VERSION)[:at_most]
    n_done = 0
    for ids in _batches(missing):
        progress.step(tr("Embedding tracks"), n_done, len(missing))
        embed_tracks(library, pack, ids)
        n_done += len(ids)
    return n_done


def has_outdated_profiles(library: Library) -> bool:
    """Whether the profiles of some tracks were made by another pack than the one in use."""
    from engine.music.vector import VERSION

    return library.files.has_outdated_profiles(profile_pack_id(), VERSION)


def embed_tracks(library: Library, pack: "MatchingPack", ids: Iterable[int]) -> None:
    """Embed these tracks from their stored features, in one transaction.

    Raises:
        PackError: when the pack needs features of another version.
    """
    # Within the transaction, so that no vector is of features that were replaced meanwhile.
    with library.database.writing():
        vectors = []
        for number in ids:
            with suppress(RemovedMeanwhile):
                music, profile = library.tracks.features(number), library.tracks.get(number).profile
                vectors.append((number, pack.embed_music(music, profile).vector))
        library.embeddings.store(pack.space, vectors)


def embed_with_active_pack(library: Library, progress: Progress) -> int:
    """Embed tracks without a vector in the active pack's space; later, if it can't be used.

    Returns:
        How many were embedded.
    """
    from engine.encoders.active import matching_pack

    try:
        pack = matching_pack()
        n_embedded = embed_missing(library, pack, progress)
        refresh_columns(library.database, pack.space)
        return n_embedded
    except PackError as error:
        # The analysis is done and kept; ranking says what is wrong with the pack.
        _log.warning("tracks are embedded later: %s", error)
        return 0


def usable_pack() -> "MatchingPack | None":
    """Return the active matching pack; None where it can't embed features of this version."""
    from engine.encoders.active import matching_pack
    from engine.music.vector import VERSION

    try:
        pack = matching_pack()
    except PackError as error:
        # The analysis is kept; ranking says what is wrong with the pack.
        _log.warning("tracks are embedded later: %s", error)
        return None
    return pack if pack.music_version == VERSION else None


def _batches(ids: list[int]) -> Iterator[list[int]]:
    """Yield the ids in parts, each stored in one transaction."""
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
