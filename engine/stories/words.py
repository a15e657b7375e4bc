"""STORY: a wish in words, without a clip → ranked tracks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.encoders.active import matching_pack
from engine.encoders.text import text_expert
from engine.errors import InputError
from engine.library.libraries import Libraries
from engine.path_checks import is_file
from engine.progress import Progress
from engine.ranking.sorting import ordered
from engine.ranking.words import is_understood, not_understood, reasons_by_words, word_scores
from engine.stories.candidates import candidates_for
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr

if TYPE_CHECKING:
    from engine.library.tracks import Track


@dataclass(frozen=True, slots=True)
class RankedTrack:
    """One line of a list that was made without a clip.

    Attributes:
        rank: 1 for the best.
        score: how well the track fits the words, about -1 to 1.
        track: the track.
        reasons: translated phrases.
    """

    rank: int
    score: float
    track: "Track"
    reasons: tuple[str, ...]

    @property
    def start_s(self) -> float:
        """Where in the track the music starts: at its beginning, as there is no clip."""
        return 0.0

    @property
    def fit(self) -> None:
        """Not known: fits are learnt from clips."""
        return

    @property
    def placement(self) -> tuple[str, ...]:
        """Nothing, as there is no clip."""
        return ()


@dataclass(frozen=True, slots=True)
class RankedByWords:
    """The ranked list for some words.

    Attributes:
        text: the wish.
        items: the best first.
        notes: translated sentences for the user.
    """

    text: str
    items: tuple[RankedTrack, ...]
    notes: tuple[str, ...] = ()


def rank_by_words(
    options: RankingOptions, progress: Progress, libraries: Libraries | None = None
) -> RankedByWords:
    """Rank the library's tracks, or those of a folder, by `options.text` alone.

    Args:
        options: what the user asks for; the taste has no effect.
        progress: may cancel.
        libraries: kept from one ranking to the next; None for new ones.

    Raises:
        InputError: when there is no text or it isn't understood, a filter is unknown, or filters
            and words leave no track.
        LibraryError, PackError, Cancelled: as in `engine.stories.recommend.recommend`.
    """
    wish, text = options.wish, text_expert()
    if not (is_understood(wish, text) or wish.named.instruments):
        raise InputError(
            not_understood(options.text),
            remedy=tr("Describe the music in other words, in English or another major language."),
        )
    known = libraries or Libraries()
    if options.folder is not None:
        return _rank(options, progress, known)
    return known.retry(lambda: _rank(options, progress, known))


def _rank(options: RankingOptions, progress: Progress, libraries: Libraries) -> RankedByWords:
    wish, text = options.wish, text_expert()
    pack = matching_pack(options.pack)
    candidates, notes = candidates_for(options, libraries, pack, progress)
    progress.step(tr("Ranking"))
    scores = candidates.column(lambda tracks: word_scores(tracks, wish, text))
    order = ordered(candidates, scores, options.sort, options.top, libraries.texts)
    items: list[RankedTrack] = []
    for index, track in candidates.read(order.tolist(), options.top):
        if len(items) == options.top:
            break
        if is_file(track.path):
            reasons = reasons_by_words(track.profile, wish, text)
            items.append(RankedTrack(len(items) + 1, float(scores[index]), track, reasons))
    return RankedByWords(options.text, tuple(items), tuple(dict.fromkeys(notes)))
