"""STORY: a clip, filters and taste → ranked tracks, each arranged under the clip with reasons."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.placing import Placement, place
from engine.encoders.active import matching_pack
from engine.encoders.score_weights import LEARNED, SCALE
from engine.encoders.text import text_expert
from engine.encoders.wants import AXES
from engine.errors import InputError, RemovedMeanwhile
from engine.library.decided import content_keys, is_in
from engine.library.libraries import Libraries
from engine.library.tracks import Track
from engine.path_checks import is_file
from engine.progress import Progress
from engine.ranking.candidates import Candidates
from engine.ranking.explain import Asked, Explained, Explainer
from engine.ranking.facets import Facets, count_facets
from engine.ranking.placement_words import placement_words
from engine.ranking.ranked import RankedTracks
from engine.ranking.references import liked, reference_experts
from engine.ranking.sorting import ordered
from engine.ranking.taste_moves import TasteMoves
from engine.ranking.words import reasons_by_words
from engine.settings import Settings, load_settings
from engine.stories.analyse import ClipAnalysis
from engine.stories.candidates import narrowed_candidates
from engine.stories.clip_parts import part_of
from engine.stories.duck import with_ducking
from engine.stories.placements import PlacedUnder, Placements, placements_of
from engine.stories.ranking_options import RankingOptions
from engine.stories.references import known_references
from engine.stories.scoring import Scores, ask, score
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.encoders.fit_levels import Fit
    from engine.encoders.matching import MatchingPack

Int64Array = npt.NDArray[np.int64]

_VALENCE_AROUSAL = [AXES.index("valence"), AXES.index("arousal")]


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
        moved: how many places the user's taste moved it up, negative for down.
        moved_text: a translated phrase that says so, and why; "" where it didn't.
    """

    rank: int
    score: float
    track: Track
    arrangement: Arrangement
    reasons: tuple[str, ...]
    fit: "Fit"
    placement: tuple[str, ...] = ()
    moved: int = 0
    moved_text: str = ""

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
        items: the first ones that can be used, placed under the clip.
        ranked: all tracks that passed the filters, in the order of the list.
        notes: translated sentences for the user, such as warnings about the clip.
        facets: for each filter of choices or switch, by its name, how many tracks would be listed
            with each word, all other filters as they are; a switch has one word, its name.
        why_empty: a translated sentence on why there are no items; "" where there are some.
    """

    clip: ClipAnalysis
    pack_id: str
    items: tuple[Recommendation, ...]
    ranked: RankedTracks[Recommendation]
    notes: tuple[str, ...] = ()
    facets: Facets = field(default_factory=dict)
    why_empty: str = ""


_NOTHING: RankedTracks[Recommendation] = RankedTracks(
    np.zeros(0, np.uint64), np.zeros(0, np.float32), np.zeros((0, 2), np.float32), lambda *_: ()
)


def recommend(
    clip: ClipAnalysis,
    options: RankingOptions,
    progress: Progress,
    libraries: Libraries | None = None,
    *,
    may_be_empty: bool = False,
) -> Recommendations:
    """Rank the bundled and the user's own tracks, or those of a folder, for a clip.

    Args:
        clip: the analysed clip.
        options: what the user asks for.
        progress: may cancel.
        libraries: kept from one ranking to the next; None for new ones.
        may_be_empty: return an empty list, which says why, where filters, search or words leave
            no track, instead of raising.

    Raises:
        InputError: when a filter is unknown, the filters or words leave no track, or there is no
            music.
        LibraryError: when the library can't be read.
        PackError: when the matching pack is unusable.
        Cancelled: when the user stopped it.
    """
    known = libraries or Libraries()

    def rank() -> Recommendations:
        found = _recommend(clip, options, progress, known, may_be_empty)
        if isinstance(found, InputError):
            raise found
        return found

    return rank() if options.folder is not None else known.retry(rank)


def _recommend(
    clip: ClipAnalysis,
    options: RankingOptions,
    progress: Progress,
    libraries: Libraries,
    may_be_empty: bool,
) -> Recommendations | InputError:
    """Return the list; why there is none, unless it may be empty."""
    pack = matching_pack(options.pack)
    narrowed, notes = narrowed_candidates(
        options, libraries, pack, progress, any_words=may_be_empty
    )
    if narrowed.problem is not None and not may_be_empty:
        return narrowed.problem
    progress.step(tr("Ranking"))
    shown = part_of(clip, options.part)
    candidates = narrowed.candidates
    if narrowed.problem is None:
        candidates = candidates.keep(narrowed.kept)
    average = candidates.average()
    known, reference_notes = known_references(
        options.references, candidates, pack, libraries, progress
    )
    references = reference_experts(known, pack.prior, average[LEARNED] / SCALE)
    wants, query, query_notes = ask(pack, shown, options, references)
    notes = [*clip.warnings, *query_notes, *reference_notes, *notes]
    found = Recommendations(
        replace(clip, wants=wants), pack.id, (), _NOTHING, facets=count_facets(narrowed)
    )
    if narrowed.problem is not None:
        return replace(found, notes=_each_once(notes), why_empty=narrowed.problem.problem)
    scores, score_notes = score(query, candidates, options, pack, libraries, clip.content_hash)
    order = ordered(candidates, scores.whole, options.sort, options.top, libraries.texts)
    order = _among(order, candidates, options.only)
    more_like = liked(references, known)
    asked = Asked(shown.features.descriptors, wants, query, options.said, more_like)
    explainer = Explainer(asked, average, scores.matches, scores.taste, scores.by_words)
    moves = None
    if scores.users_taste is not None:
        moves = TasteMoves(scores.whole, scores.taste, scores.users_taste, pack)
    ranking = _Ranking(
        *(clip, shown, candidates, options, scores, explainer, pack, load_settings()),
        placements_of(libraries),
        PlacedUnder.of(clip.info, options.part, shown.features.descriptors),
        moves,
    )
    items, track_notes, problem = _first_placed(order, ranking, options.top)
    if problem is not None and not may_be_empty:
        return problem
    if items and all(item.fit == "weak" for item in items):
        notes.insert(len(clip.warnings) + len(query_notes), _nothing_fits())
    return replace(
        found,
        items=items,
        ranked=_ranked(order, ranking),
        notes=_each_once([*notes, *score_notes, *track_notes]),
        why_empty="" if problem is None else problem.problem,
    )


def _among(order: Int64Array, candidates: Candidates, only: tuple[str, ...]) -> Int64Array:
    """Return the candidates that alone are listed; ranked like all, they have the same reasons."""
    if not only:
        return order
    contents = candidates.column(lambda tracks: tracks.contents)[order]
    return order[is_in(contents, content_keys(only))]


def _ranked(order: Int64Array, ranking: "_Ranking") -> RankedTracks[Recommendation]:
    candidates = ranking.candidates
    return RankedTracks(
        candidates.column(lambda tracks: tracks.contents)[order],
        ranking.scores.whole[order],
        candidates.column(lambda tracks: tracks.axes[:, _VALENCE_AROUSAL])[order],
        lambda start, stop: _read(order[start:stop], ranking, start),
    )


def _each_once(notes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notes))


def _nothing_fits() -> str:
    return tr(
        "Nothing here fits this clip well: add more music, use fewer filters, or say what you "
        "want in words."
    )


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
        placements: where tracks were placed lately.
        placed_under: what they are placed under.
        moves: knows how far taste moved each track; None without taste.
    """

    clip: ClipAnalysis
    shown: ClipAnalysis
    candidates: Candidates
    options: RankingOptions
    scores: Scores
    explainer: Explainer
    pack: "MatchingPack"
    settings: Settings
    placements: Placements
    placed_under: PlacedUnder
    moves: TasteMoves | None = None


def _first_placed(
    order: Int64Array, ranking: _Ranking, n: int
) -> tuple[tuple[Recommendation, ...], list[str], InputError | None]:
    """Return the first n tracks that are there and fit under the clip, and notes on the others.

    The third is why there is none; None where there are some.
    """
    items: list[Recommendation] = []
    notes: list[str] = []
    n_missing, unplaced = 0, None
    for index, track in ranking.candidates.read(order.tolist(), n):
        if len(items) == n:
            break
        if not is_file(track.path):
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
    if n_missing:
        notes.append(
            trn(
                "{n} track was left out because its file or drive is missing.",
                "{n} tracks were left out because their files or drives are missing.",
                n_missing,
            ).format(n=n_missing)
        )
    return tuple(items), notes, None if items else unplaced or _all_missing()


def _all_missing() -> InputError:
    return InputError(
        tr("The files or drives of all matching tracks are missing."),
        remedy=tr(
            "Connect the drive, or rescan your music; on the command line: soundbed library rescan"
        ),
    )


def _read(indexes: Int64Array, ranking: _Ranking, start: int) -> tuple[Recommendation | None, ...]:
    """Return candidates as rows of the list; None for those that can't be used.

    Args:
        indexes: int64 (k,), of the candidates.
        ranking: the list.
        start: position of the first of them.
    """
    rows: list[Recommendation | None] = []
    tracks = ranking.candidates.tracks(indexes.tolist())
    for position, (index, track) in enumerate(zip(indexes.tolist(), tracks, strict=True), start):
        row = None
        if track is not None and is_file(track.path):
            # Removed since its row was read, or too short to cover the clip.
            with suppress(RemovedMeanwhile, InputError):
                row = _recommendation(ranking, index, track, position + 1)
        rows.append(row)
    return tuple(rows)


def _recommendation(ranking: _Ranking, index: int, track: Track, rank: int) -> Recommendation:
    clip, scores = ranking.clip, ranking.scores
    wish = ranking.options.wish
    placement = ranking.placements.get(
        ranking.placed_under, track, lambda: _placed(ranking, index, track)
    )
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
    moves = ranking.moves
    moved = 0 if moves is None else moves.places(index)
    return Recommendation(
        rank=rank,
        score=float(scores.whole[index]),
        track=track,
        arrangement=with_ducking(placement.arrangement, clip.sound, ranking.settings),
        reasons=tuple(reason.text for reason in found),
        fit=ranking.pack.fit_levels.fit(float(scores.matches[index])),
        placement=placement_words(placement.alignment),
        moved=moved,
        moved_text="" if moves is None else moves.text(moved, track.profile),
    )


def _placed(ranking: _Ranking, index: int, track: Track) -> Placement:
    music = ranking.candidates.features(index)
    descriptors, part = ranking.shown.features.descriptors, ranking.options.part
    return place(ranking.clip.info, descriptors, track, music, part)
