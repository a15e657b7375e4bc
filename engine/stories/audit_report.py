"""What lists of many clips say about the library."""

from dataclasses import dataclass

from engine.library.tracks import Track

# A track that is listed so many times as often as the average one.
_OFTEN = 5.0


@dataclass(frozen=True, slots=True)
class AuditedTrack:
    """A track, and how often it is listed.

    Attributes:
        track: the track.
        share: of the clips for which it is among the first five.
        times: how many times as often as the average track.
    """

    track: Track
    share: float
    times: float

    @property
    def is_too_often(self) -> bool:
        """Whether it suits more clips than is good."""
        return self.times > _OFTEN


@dataclass(frozen=True, slots=True)
class GenreShares:
    """A genre's shares.

    Attributes:
        genre: its name; "" for tracks without a clear genre.
        of_library: of all tracks, from 0 to 1.
        of_lists: of the first five places of all clips, from 0 to 1.
    """

    genre: str
    of_library: float
    of_lists: float


@dataclass(frozen=True, slots=True)
class Audit:
    """What lists of many clips say about the library.

    Attributes:
        n_clips: how many.
        is_own: whether they are the user's clips; otherwise those of the matching pack.
        n_tracks: how many tracks can be listed; copies of a file count once.
        often: the tracks that are among the first five for most clips, at most a hundred.
        never: tracks that are among the first fifty for no clip, at most a hundred.
        n_never: how many of them there are.
        genres: in the order of their shares of the library.
    """

    n_clips: int
    is_own: bool
    n_tracks: int
    often: tuple[AuditedTrack, ...]
    never: tuple[Track, ...]
    n_never: int
    genres: tuple[GenreShares, ...]
