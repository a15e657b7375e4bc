"""The music that the profile heads are trained on, and their fit to all of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.training.data.features_cache import music_features
from heads.genre import GenreHead, fit_genres
from heads.mood import EMOTIONS, MoodHead, NamedMusic, RatedMusic, fit_moods
from wants.tables import read_rows

GENRE_PRECISION = 30.0
MOOD_PENALTY = 2.0
# Lower than a bundled track's: 320 pieces of four genres would outweigh the other ten genres.
_EMOTIFY_WEIGHT = 0.2
_SCALE_SETS = ("music_videos", "micro_clips")
# Which of the genres an Emotify label may mean. Its pop is mostly singer-songwriters, its rock
# includes metal, its electronic music includes ambient and much else.
ADMITTED: dict[str, tuple[str, ...]] = {
    "classical": ("classical",),
    "electronic": ("electronic", "ambient", "synthwave", "lo-fi"),
    "pop": ("pop", "folk"),
    "rock": ("pop", "metal"),
}


@dataclass(frozen=True, slots=True, eq=False)
class LabelledMusic:
    """Pieces of a known genre.

    Attributes:
        vectors: (n, D).
        genres: of each piece, one of the fourteen.
    """

    vectors: npt.NDArray[np.float32]
    genres: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Music:
    """All music that the heads are trained on.

    Attributes:
        rated: Emotify's pieces.
        rated_genres: their labels, keys of `ADMITTED`.
        named: the music of music videos.
        library: the bundled tracks.
        scale: (m, D) music without labels that helps to set the scales.
    """

    rated: RatedMusic
    rated_genres: tuple[str, ...]
    named: NamedMusic
    library: LabelledMusic
    scale: npt.NDArray[np.float32]

    def without(
        self,
        rated: npt.NDArray[np.bool_],
        library: npt.NDArray[np.bool_],
        named: npt.NDArray[np.bool_],
    ) -> "Music":
        """Return the music without the pieces that are True."""
        return Music(
            self.rated[~rated],
            _kept(self.rated_genres, ~rated),
            self.named[~named],
            LabelledMusic(self.library.vectors[~library], _kept(self.library.genres, ~library)),
            self.scale,
        )


def read_music(data: Path, library: Path, cache: Path) -> Music:
    """Read and analyse all of it.

    Args:
        data: folder of the sets.
        library: folder of the bundled library.
        cache: where the features of analysed music are kept.
    """
    pieces = read_rows(data / "emotify/ratings.csv")
    rated = RatedMusic(
        _vectors([data / "emotify" / row["file"] for row in pieces], cache),
        emotion_shares(pieces),
        np.array([float(row["n_raters"]) for row in pieces]),
    )
    videos = read_rows(data / "music_videos/clips.csv")
    named = NamedMusic(
        _vectors([data / "music_videos" / row["file"] for row in videos], cache),
        np.array([row["emotion"] for row in videos]),
        np.array([row["source"] for row in videos]),
    )
    scores = json.loads((library / "scores.json").read_text(encoding="utf-8"))["tracks"]
    labelled = LabelledMusic(
        _vectors([library / "tracks" / one["file"] for one in scores], cache),
        tuple(one["genre"] for one in scores),
    )
    clips = [clip for name in _SCALE_SETS for clip in sorted((data / name).glob("*.mp4"))]
    genres = tuple(row["genre"] for row in pieces)
    return Music(rated, genres, named, labelled, _vectors(clips, cache))


def emotion_shares(pieces: Sequence[Mapping[str, str]]) -> npt.NDArray[np.float64]:
    """Return (n, 9), the share of listeners who felt each of `EMOTIONS`, of rows of ratings.csv."""
    return np.array([[float(row[emotion]) for emotion in EMOTIONS] for row in pieces])


def fit_heads(music: Music) -> tuple[GenreHead, MoodHead]:
    """Fit both heads."""
    rated, library = music.rated, music.library
    genre_head = fit_genres(
        np.concatenate([rated.vectors, music.scale]),
        np.concatenate([rated.vectors, library.vectors]),
        [ADMITTED[genre] for genre in music.rated_genres] + [(genre,) for genre in library.genres],
        np.repeat([_EMOTIFY_WEIGHT, 1.0], [len(rated.vectors), len(library.vectors)]),
        GENRE_PRECISION,
    )
    return genre_head, fit_moods(rated, music.named, MOOD_PENALTY)


def _vectors(paths: list[Path], cache: Path) -> npt.NDArray[np.float32]:
    return np.stack([music_features(path, cache).vector for path in paths])


def _kept(labels: tuple[str, ...], chosen: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(label for label, kept in zip(labels, chosen, strict=True) if kept)
