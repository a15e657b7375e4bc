"""Which tracks can be ranked: those of the libraries or of a folder that pass the filters."""

import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.active import active_space, check_packs, matching_pack
from engine.errors import InputError, LibraryError, display_path
from engine.library.columns import ColumnRows
from engine.library.grouping import group_by_folder
from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.path_checks import is_folder
from engine.paths import cache_dir
from engine.progress import Progress
from engine.ranking.candidates import Candidates, gather
from engine.ranking.filter_kinds import Filterable
from engine.ranking.filters import with_known_words, words_of
from engine.ranking.narrowing import Narrowed, Narrowing, narrow
from engine.ranking.search import find
from engine.ranking.words import Named
from engine.stories.embed import embed_missing, has_outdated_profiles
from engine.stories.index import index_folder
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

_log = logging.getLogger(__name__)
# A second or two of work after a pack has changed; the others are embedded in the background.
_EMBED_AT_ONCE = 200


def narrowed_candidates(
    options: RankingOptions,
    libraries: Libraries,
    pack: "MatchingPack",
    progress: Progress,
    *,
    any_words: bool = False,
) -> tuple[Narrowed, list[str]]:
    """Return all tracks and which of them are listed, and notes on others.

    Args:
        options: what the user asks for.
        libraries: where the tracks are.
        pack: the matching pack.
        progress: may cancel.
        any_words: a filter for a word that no track has leaves nothing; otherwise it is an error.

    Raises:
        InputError: when there is no music, or a filter's word is unknown.
        LibraryError, PackError, Cancelled: as in `recommend`.
    """
    if options.folder is None:
        candidates, notes = _library_candidates(libraries, pack, progress)
    else:
        candidates, notes = _folder_candidates(options.folder, libraries, pack, progress)
    decided = libraries.decided()
    filters = options.filters
    if not any_words:
        parts = [tracks for _, tracks in candidates.filterable(decided)]
        filters = with_known_words(filters, pack, parts)
    found = find(candidates, options.search, libraries.texts.of) if options.search else None
    by = Narrowing(
        filters=filters,
        # Tracks that the user chose themselves are ranked whatever they have.
        unwanted=Named() if options.only else options.wish.unwanted,
        area=options.area,
        search=options.search,
        found=found,
        decided=decided,
        show_hidden=options.show_hidden,
    )
    return narrow(candidates, by), notes


def candidates_for(
    options: RankingOptions, libraries: Libraries, pack: "MatchingPack", progress: Progress
) -> tuple[Candidates, list[str]]:
    """Return the tracks that are listed, and notes on others.

    Raises:
        InputError: when there is none, or a filter's word is unknown.
        LibraryError, PackError, Cancelled: as in `recommend`.
    """
    narrowed, notes = narrowed_candidates(options, libraries, pack, progress)
    if narrowed.problem is not None:
        raise narrowed.problem
    return narrowed.candidates.keep(narrowed.kept), notes


def with_known_filters(options: RankingOptions) -> RankingOptions:
    """Return the options with all words as the library spells them; a check before slow work.

    The matching pack is checked, too.

    Raises:
        InputError: when a word isn't known; it names those that are.
        LibraryError, PackError: as in `recommend`.
    """
    check_packs(options.pack)
    if not options.filters:
        return options
    # The tracks of a folder are unknown until it is analysed.
    tracks = _all_tracks(Libraries()) if options.folder is None else None
    filters = with_known_words(options.filters, matching_pack(options.pack), tracks)
    return replace(options, filters=filters)


def filter_words(libraries: Libraries) -> dict[str, tuple[str, ...]]:
    """Return the words that the ready tracks can be filtered by, by the filter's name."""
    return words_of(_all_tracks(libraries))


def _all_tracks(libraries: Libraries) -> list[Filterable]:
    space, decided = active_space(), libraries.decided()

    def tracks_of(library: Library) -> list[Filterable]:
        return [
            # Without a copy where all rows count.
            Filterable(
                tracks if len(rows) == len(tracks) else tracks.take(rows), library.origin, decided
            )
            for tracks, rows in library.columns(space)
        ]

    return [tracks for found in libraries.each(tracks_of) for tracks in found]


def _library_candidates(
    libraries: Libraries, pack: "MatchingPack", progress: Progress
) -> tuple[Candidates, list[str]]:
    """Return the bundled and the user's own tracks, and notes on them."""
    notes = []
    away: set[int] = set()

    def there(library: Library) -> tuple[ColumnRows, ...]:
        columns = _columns(library, libraries, pack, progress)
        absent = _absent_tracks(library)
        if not len(absent):
            return columns
        kept = []
        for tracks, rows in columns:
            is_absent = np.isin(tracks.ids[rows], absent)
            away.update(tracks.ids[rows[is_absent]].tolist())
            kept.append((tracks, rows[~is_absent]))
        return tuple(kept)

    candidates = gather(libraries.available(), there)
    if away:
        notes.append(
            trn(
                "{n} track was left out because its folder or drive is missing.",
                "{n} tracks were left out because their folders or drives are missing.",
                len(away),
            ).format(n=len(away))
        )
    notes += libraries.problems()
    if not len(candidates):
        raise InputError(
            tr("There is no music to rank."),
            remedy=" ".join(notes)
            or tr("Add a folder of music; on the command line: soundbed library add FOLDER"),
        )
    if not libraries.problems() and not candidates.has("bundled"):
        notes.append(tr("The bundled music is missing: install Soundbed again to get it back."))
    return candidates, notes + candidates.notes()


def _absent_tracks(library: Library) -> npt.NDArray[np.int64]:
    """Return the numbers of the tracks in added folders that aren't there, such as on a drive.

    Asking for each of their files takes longer than ranking.
    """
    if library.origin != "own":
        return np.zeros(0, np.int64)
    folders = [folder.path for folder in library.folders.all()]
    absent = [folder for folder in folders if not is_folder(folder)]
    if not absent:
        return np.zeros(0, np.int64)
    groups = group_by_folder(library, folders)
    return np.concatenate([groups[folder].ids for folder in absent])


def _columns(
    library: Library, libraries: Libraries, pack: "MatchingPack", progress: Progress
) -> tuple[ColumnRows, ...]:
    """Return all ready tracks of a library; some that wait for the pack are embedded first."""
    columns = libraries.columns(library, pack)
    if library.origin != "own" or library.database.read_only:
        return columns
    is_whole = all(tracks.is_embedded[rows].all() for tracks, rows in columns)
    if is_whole and not has_outdated_profiles(library):
        return columns
    try:
        embed_missing(library, pack, progress, at_most=_EMBED_AT_ONCE)
    except LibraryError as error:
        # Estimates take the place of what can't be stored.
        _log.warning("tracks are embedded later: %s", error)
        return columns
    return libraries.columns(library, pack)


def _folder_candidates(
    folder: Path, libraries: Libraries, pack: "MatchingPack", progress: Progress
) -> tuple[Candidates, list[str]]:
    """Return the tracks of a folder, and notes on files that can't be used."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links are kept, as in the library
    # Analysed as for the library, but stored in the cache.
    cached = Library.open_cache(cache_dir() / "folders.sqlite")
    index_folder(folder, cached, progress)
    embed_missing(cached, pack, progress)
    failed = [
        track
        for track in cached.tracks.all()
        if track.file.state == "failed" and folder in track.path.parents
    ]
    notes = [f"{display_path(track.path)}: {track.file.message}" for track in failed]
    columns = libraries.columns(cached, pack)
    candidates = gather([cached], lambda _: columns, below=folder)
    if not len(candidates):
        raise InputError(
            tr("this folder contains no usable audio files."),
            path=folder,
            remedy=tr("Choose a folder with music."),
        )
    return candidates, notes + candidates.notes()
