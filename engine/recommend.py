"""STORY: a clip, filters and taste → ranked tracks with a start offset and reasons."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.library.tracks import Track
from engine.translation import tr

if TYPE_CHECKING:
    from engine.media.frames import Frame
    from engine.media.probe import VideoInfo
    from engine.video.features import VideoFeatures


@dataclass(frozen=True, slots=True)
class ClipAnalysis:
    """All that ranking, the window and the export need to know of a clip.

    Args:
        info: what the container says of it.
        features: input of the student's video encoder, with the readable descriptors.
        filmstrip: small upright frames in order of time.
        content_hash: of the file's bytes; picks and plans are stored under it.
    """

    info: "VideoInfo"
    features: "VideoFeatures"
    filmstrip: "tuple[Frame, ...]"
    content_hash: str


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """What the user asked of the list.

    Args:
        genres: keep only these; empty for all.
        bpm: lowest and highest tempo, both included; None for all.
        no_vocals: keep only instrumental tracks.
        taste: 0 (pure match) to 1 (as the user would choose, by their own picks).
        top: most tracks listed.
        folder: rank the audio files of this folder in the place of the library.
    """

    genres: tuple[str, ...] = ()
    bpm: tuple[float, float] | None = None
    no_vocals: bool = False
    taste: float = 0.0
    top: int = 20
    folder: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.taste <= 1:
            raise InputError(
                tr("The taste must lie between 0 and 1."), remedy=tr("0 is the pure match.")
            )
        if self.top < 1:
            raise InputError(tr("The list must have at least one track."))
        if self.bpm is not None and not 0 <= self.bpm[0] <= self.bpm[1]:
            raise InputError(
                tr("The range of tempo must rise from its lower to its upper end."),
                remedy=tr("Write it as 90-120."),
            )


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One line of the ranked list.

    Args:
        rank: 1 for the best.
        score: cosine of clip and music, plus the weighted taste where it was asked for.
        track: the track.
        start_s: where in the track this clip fits best.
        reasons: translated phrases, the strongest first.
    """

    rank: int
    score: float
    track: Track
    start_s: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recommendations:
    """The ranked list for one clip.

    Args:
        clip: what was ranked for.
        pack_id: the matching pack that scored.
        items: the best first.
        notes: translated sentences the user should read, such as warnings of the clip.
    """

    clip: ClipAnalysis
    pack_id: str
    items: tuple[Recommendation, ...]
    notes: tuple[str, ...] = ()
