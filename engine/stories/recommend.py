"""STORY: a clip, filters and taste → ranked tracks, each arranged under the clip with reasons."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.placing import place
from engine.encoders.active import matching_pack
from engine.encoders.text import text_expert
from engine.errors import InputError, RemovedMeanwhile
from engine.library.libraries import Libraries
from engine.library.tracks import Track
from engine.progress import Progress
from engine.ranking.candidates import Candidates
from engine.ranking.diversity import spread_out
from engine.ranking.explain import Asked, Explained, Explainer
from engine.ranking.hubs import offsets_for
from engine.ranking.placement_words import placement_words
from engine.ranking.query import ClipWants, Query, make_query, similarity_axes
from engine.ranking.scores import best_first
from engine.ranking.taste import taste_bonus
from engine.ranking.words import (
    beside,
    instrument_bonus,
    is_understood,
    not_understood,
    reasons_by_words,
    word_expert,
)
from engine.settings import Settings, load_settings
from engine.stories.analyse import ClipAnalysis
from engine.stories.candidates import candidates_for
from engine.stories.clip_parts import part_of
from engine.stories.duck import with_ducking
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.encoders.fit_levels import Fit
    from engine.encoders.matching import MatchingPack

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One line of the ranked list.

    Attributes:
        rank: 1 for the best.
        score: how much the music is what the clip and the user ask for, plus the weighted taste.
        track: the track.
        arrangement: the track under the clip, where it fits best.
        reasons: translated phrases, the strongest first; may be empty deep in a list.
        fit: how likely the track is to suit the clip and what is asked, taste aside.
        placement: translated phrases on what meets from its start, such as cuts and beats.
    """

    rank: int
    score: float
    track: Track
    arrangement: Arrangement
    reasons: tuple[str, ...]
    fit: "Fit"
    placement: tuple[str, ...] = ()

    @property
    def start_s(self) -> float:
        """Where in the track the music starts."""
        return self.arrangement.items[0].track_start_s


@dataclass(frozen=True, slots=True)
class Recommendations:
    """The ranked list for one clip.

    Attributes:
        clip: the clip.
        pack_id: the matching pack that was used.
        items: the best first.
        n_passed: tracks that passed the filters, listed or not; copies of a file count once.
        notes: translated sentences for the user, such as warnings about the clip.
    """

    clip: ClipAnalysis
    pack_id: str
    items: tuple[Recommendation, ...]
    n_passed: int
    notes: tuple[str, ...] = ()


def recommend(
    clip: ClipAnalysis,
    options: RankingOptions,
    progress: Progress,
    libraries: Libraries | None = None,
) -> Recommendations:
    """Rank the bundled and the user's own tracks, or those of a folder, for a clip.

    Args:
        clip: the analysed clip.
        options: what the user asks for.
        progress: may cancel.
        libraries: kept from one ranking to the next; None for new ones.

    Raises:
        InputError: when a filter is unknown, the filters or words leave no track, or there is no
            music.
        LibraryError: when the library can't be read.
        PackError: when the matching pack is unusable.
        Cancelled: when the user stopped it.
    """
    known = libraries or Libraries()
    if options.folder is not None:
        return _recommend(clip, options, progress, known)
    return known.retry(lambda: _recommend(clip, options, progress, known))


def _recommend(
    clip: ClipAnalysis, options: RankingOptions, progress: Progress, libraries: Libraries
) -> Recommendations:
    pack = matching_pack(options.pack)
    candidates, notes = candidates_for(options, libraries, pack, progress)
    progress.step(tr("Ranking"))
    shown = part_of(clip, options.part)
    wants, query, query_notes = _ask(pack, shown, options)
    by_words = candidates.column(lambda tracks: instrument_bonus(tracks, options.wish))
    matches = np.concatenate([query.scores(part) for part in candidates.each_part()]) + by_words
    picks = [pick for found in libraries.each(lambda own: own.picks.all()) for pick in found]
    taste, taste_notes = taste_bonus(options.taste, picks, candidates, pack)
    hubs = offsets_for(query, pack, candidates.each_part(), clip.content_hash)
    scores = matches + taste - hubs
    contents = candidates.column(lambda tracks: tracks.contents)
    spread = spread_out(
        best_first(scores, candidates.names),
        scores,
        lambda indexes: similarity_axes(candidates.vectors(indexes)),
        contents,
    )
    asked = Asked(shown.features.descriptors, wants, query, options.correction)
    explainer = Explainer(asked, candidates.average(), matches, taste, by_words)
    parts = _Scores(scores, matches, taste, by_words)
    ranking = _Ranking(clip, shown, candidates, options, parts, explainer, pack, load_settings())
    items, track_notes = _first_placed(spread, ranking, options.top)
    if not items:
        raise InputError(
            tr("The files or drives of all matching tracks are missing."),
            remedy=tr(
                "Connect the drive, or rescan your music; on the command line: "
                "soundbed library rescan"
            ),
        )
    n_passed = len(np.unique(contents[contents > 0])) + int((contents == 0).sum())
    if all(item.fit == "weak" for item in items):
        query_notes.append(_nothing_fits())
    notes = [*clip.warnings, *query_notes, *notes, *taste_notes, *track_notes]
    return Recommendations(
        replace(clip, wants=wants), pack.id, items, n_passed, tuple(dict.fromkeys(notes))
    )


def _ask(
    pack: "MatchingPack", clip: ClipAnalysis, options: RankingOptions
) -> tuple[ClipWants, Query, list[str]]:
    """Return what the clip asks for, the query for all that is asked, and notes on it.

    Raises:
        InputError: when there is nothing to go by.
    """
    reading = pack.read_clip(clip.features)
    notes, others = [], {}
    if options.text:
        if is_understood(options.wish, text_expert()):
            others["words"] = beside(pack.prior, word_expert(options.wish, text_expert()))
        else:
            notes.append(not_understood(options.text))
    query = make_query(pack, reading, options.correction, others)
    if clip.features.n_seen == 0:
        nothing = tr("There is nothing to see in this clip: it is black or of one colour.")
        if query.says_nothing and not options.wish.named.instruments:
            raise InputError(
                nothing, remedy=tr("Describe the music in words, or choose another clip.")
            )
        notes.append(nothing)
    return ClipWants(reading.scenes, query.wants), query, notes


def _nothing_fits() -> str:
    return tr(
        "Nothing here fits this clip well: add more music, use fewer filters, or say what you "
        "want in words."
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """The scores of the candidates, float32 (n,) each.

    Attributes:
        whole: what they are ranked by.
        matches: by content and words.
        taste: what the user's taste adds.
        by_words: what the instruments named in words add.
    """

    whole: Float32Array
    matches: Float32Array
    taste: Float32Array
    by_words: Float32Array


@dataclass(frozen=True, slots=True, eq=False)
class _Ranking:
    """The candidates for a clip with their scores.

    Attributes:
        clip: the clip.
        shown: the part of it that counts.
        candidates: the tracks.
        options: what the user asks for.
        scores: of the candidates.
        explainer: knows the reasons.
        pack: knows the fits.
        settings: the user's.
    """

    clip: ClipAnalysis
    shown: ClipAnalysis
    candidates: Candidates
    options: RankingOptions
    scores: _Scores
    explainer: Explainer
    pack: "MatchingPack"
    settings: Settings


def _first_placed(
    ranked: Iterator[int], ranking: _Ranking, n: int
) -> tuple[tuple[Recommendation, ...], list[str]]:
    """Return the first n tracks that are there and fit under the clip, and notes on the others.

    Raises:
        InputError: when none fits.
    """
    items: list[Recommendation] = []
    notes: list[str] = []
    n_missing, unplaced = 0, None
    for index, track in ranking.candidates.read(ranked, n):
        if len(items) == n:
            break
        if not track.path.is_file():
            n_missing += 1
            continue
        try:
            items.append(_recommendation(ranking, index, track, len(items) + 1))
        except RemovedMeanwhile:
            n_missing += 1
        except InputError as error:
            unplaced = error
            text = tr("“{title}” was left out: {reason}")
            notes.append(text.format(title=track.title, reason=error.problem))
    if unplaced is not None and not items:
        raise unplaced
    if n_missing:
        notes.append(
            trn(
                "{n} track was left out because its file or drive is missing.",
                "{n} tracks were left out because their files or drives are missing.",
                n_missing,
            ).format(n=n_missing)
        )
    return tuple(items), notes


def _recommendation(ranking: _Ranking, index: int, track: Track, rank: int) -> Recommendation:
    clip, scores = ranking.clip, ranking.scores
    music = ranking.candidates.features(index)
    descriptors, wish = ranking.shown.features.descriptors, ranking.options.wish
    placement = place(clip.info, descriptors, track, music, ranking.options.part)
    by_words = ""
    if wish.wanted:
        by_words = "".join(reasons_by_words(track.profile, wish, text_expert()))
    explained = Explained(
        track,
        ranking.candidates.vectors([index])[0],
        float(scores.matches[index]),
        float(scores.taste[index]),
        float(scores.by_words[index]),
    )
    found = ranking.explainer.reasons(explained, by_words)
    return Recommendation(
        rank=rank,
        score=float(scores.whole[index]),
        track=track,
        arrangement=with_ducking(placement.arrangement, clip.sound, ranking.settings),
        reasons=tuple(reason.text for reason in found),
        fit=ranking.pack.fit_levels.fit(float(scores.matches[index])),
        placement=placement_words(placement.alignment),
    )
