"""STORY: tracks of an earlier version → the genre tags of their files, without decoding them."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import SoundbedError, display_path
from engine.library.folders import normalised
from engine.library.genre_names import genres_in
from engine.library.library import Library
from engine.library.tracks import TrackFile
from engine.limits import PROBING_CLIP, n_cores
from engine.path_checks import is_there
from engine.paths import music_packs_dir
from engine.progress import Progress
from engine.stories.embed import embed_tracks, usable_pack
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

_BATCH = 64


def read_genre_tags(library: Library, progress: Progress, *, below: Path | None = None) -> int:
    """Read the genre tags of files that were analysed before genre tags counted, at low priority.

    Each is stored with a new vector of its track, in which the genre counts.

    Args:
        library: the tracks.
        progress: may cancel; what was read by then is kept.
        below: only files in this folder; None for all.

    Returns:
        How many were read.

    Raises:
        LibraryError: when the library can't be written.
        Cancelled: when the user stopped it.
    """
    # What a music pack says of its tracks comes from who made it.
    packs = normalised(music_packs_dir())
    files = {
        file.path: file
        for file in library.genre_tags.unread()
        if (below is None or below in file.path.parents)
        and packs not in file.path.parents
        and is_there(file.path)
    }
    if not files:
        return 0
    from engine.media.track_probe import read_genre_tag
    from engine.media.worker import WorkerPool

    pack, stage, n_done = usable_pack(), tr("Reading genre tags"), 0
    with WorkerPool(min(n_cores(), len(files)), low_priority=True) as pool:
        results = pool.map_unordered(
            read_genre_tag,
            [(path, (path,)) for path in files],
            limits=PROBING_CLIP,
            progress=progress,
        )
        while batch := list(islice(results, _BATCH)):
            # What is away now, as on a drive that was unplugged, is read when it is back.
            read = [
                (files[path], _genre(result))
                for path, result in batch
                if not isinstance(result, SoundbedError) or is_there(path)
            ]
            _store(library, pack, read)
            n_done += len(batch)
            progress.step(stage, n_done, len(files), display_path(batch[-1][0].name))
    return n_done


def _genre(result: str | SoundbedError) -> str:
    # What can't be read is no reason to try at each scan: a changed file is analysed anyway.
    return "" if isinstance(result, SoundbedError) else result


def _store(
    library: Library, pack: "MatchingPack | None", tags: list[tuple[TrackFile, str]]
) -> None:
    with library.database.writing():
        library.genre_tags.set((file.content_hash, genre) for file, genre in tags)
        named = [file for file, genre in tags if genres_in(genre)]
        if pack is None:
            library.embeddings.delete(file.id for file in named)
        else:
            # Those of another version are embedded when they are analysed again.
            current = [file.id for file in named if file.features_version == pack.music_version]
            embed_tracks(library, pack, current)
