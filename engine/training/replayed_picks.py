"""The picks of the library as a test of packs: where the picked track stands among all tracks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import MatchingPack
from engine.encoders.score_weights import N_EMBEDDING
from engine.errors import MediaError, RemovedMeanwhile
from engine.library.columns import content_key
from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.library.picks import Pick
from engine.path_checks import is_there
from engine.progress import Progress
from engine.ranking.query import make_query
from engine.stories.analyse import analyse_clip_isolated
from engine.training.paired_ranks import ranks_among
from engine.translation import tr
from engine.video.cache import load_features
from engine.video.clip_features import VideoFeatures

Floats = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PickedClip:
    """A clip with the tracks that the user picked for it.

    Attributes:
        content_hash: of the clip.
        tracks: content hashes of the picked tracks.
        features: of the clip, by their version.
    """

    content_hash: str
    tracks: tuple[str, ...]
    features: Mapping[str, VideoFeatures]


def picked_clips(
    packs: Mapping[Path, MatchingPack], libraries: Libraries, progress: Progress
) -> tuple[list[PickedClip], list[tuple[Path, str]]]:
    """Return the clips of all picks, analysed for each pack, and those that can't be used.

    Args:
        packs: by their folders; they say which features are needed.
        libraries: have the picks.
        progress: steps once a clip.

    Raises:
        PackError: when a picture network can't be used.
    """
    by_clip: dict[str, list[Pick]] = defaultdict(list)
    for pick in libraries.of_user(lambda own: own.picks.all(), ()):
        by_clip[pick.clip_hash].append(pick)
    folders = {pack.video_version: folder for folder, pack in packs.items()}
    clips, skipped = [], []
    for number, (content_hash, picks) in enumerate(by_clip.items()):
        progress.step(tr("Reading the picks' clips"), number, len(by_clip))
        path = next((pick.clip_path for pick in picks if pick.clip_path is not None), None)
        try:
            features = {
                version: _features(content_hash, path, version, folder, progress)
                for version, folder in folders.items()
            }
        except _Unavailable as error:
            skipped.append((path or Path(content_hash[:8]), str(error)))
            continue
        tracks = tuple(dict.fromkeys(pick.track_hash for pick in picks))
        clips.append(PickedClip(content_hash, tracks, features))
    return clips, skipped


class LibraryRanks:
    """Ranks picked tracks among the tracks of the libraries, by one pack.

    By the match of picture and music alone: filters, words, taste and the corrections for the
    user's own clips have no part in it.

    Args:
        pack: the matching pack.
        libraries: have the tracks.
        progress: steps once a library's track.
    """

    def __init__(self, pack: MatchingPack, libraries: Libraries, progress: Progress) -> None:
        self._pack = pack
        contents, vectors = [], []
        for library in libraries.available():
            for content, vector in _embedded(library, pack, libraries, progress):
                contents.append(content)
                vectors.append(vector)
        # Copies of a file count once.
        unique, first = np.unique(np.array(contents, np.uint64), return_index=True)
        self._rows = {key: row for row, key in enumerate(unique.tolist())}
        self._vectors = (
            np.stack(vectors)[first] if vectors else np.zeros((0, N_EMBEDDING), np.float32)
        )

    def ranks(self, clip: PickedClip) -> dict[str, float]:
        """Return the normalised rank of each pick of a clip that is there, 0 best, .5 chance.

        The clip's other picks don't count.
        """
        features = clip.features[self._pack.video_version]
        scores = make_query(self._pack, self._pack.read_clip(features)).scores(self._vectors)
        keys = {track: content_key(track) for track in clip.tracks}
        own = {track: self._rows[key] for track, key in keys.items() if key in self._rows}
        others = np.delete(scores, list(own.values()))
        found = ranks_among(scores[list(own.values())], others)
        return dict(zip(own, found.tolist(), strict=True))


class _Unavailable(Exception):
    """Why a clip can't be used, translated."""


def _features(
    content_hash: str, path: Path | None, version: str, pack: Path, progress: Progress
) -> VideoFeatures:
    """Return the features of a clip as a pack needs them, from the cache where they are in it."""
    cached = load_features(content_hash, version)
    if cached is not None:
        return cached
    if path is None or not is_there(path):
        raise _Unavailable(tr("the clip isn't where it was when the music was picked."))
    try:
        analysis = analyse_clip_isolated(path, progress, pack)
    except MediaError as error:
        raise _Unavailable(error.without_path) from error
    if analysis.content_hash != content_hash:
        raise _Unavailable(tr("the clip has changed since the music was picked."))
    return analysis.features


def _embedded(
    library: Library, pack: MatchingPack, libraries: Libraries, progress: Progress
) -> Iterator[tuple[int, Float32Array]]:
    """Yield content and vector (128,) of each ready track; nothing is stored."""
    for tracks, rows in libraries.columns(library, pack):
        profiles = library.tracks.some(tracks.ids[rows[~tracks.is_embedded[rows]]].tolist())
        for number, row in enumerate(rows.tolist()):
            track_id, content = int(tracks.ids[row]), int(tracks.contents[row])
            if tracks.is_embedded[row]:
                yield content, tracks.vectors[row]
                continue
            progress.step(tr("Embedding tracks"), number, len(rows))
            with suppress(RemovedMeanwhile, KeyError):
                features = library.tracks.features(track_id)
                # Tracks that wait for an analysis have no place in any list.
                if features.version == pack.music_version:
                    yield content, pack.embed_music(features, profiles[track_id].profile).vector
