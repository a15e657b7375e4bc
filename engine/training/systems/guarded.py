"""A system whose use of professionals and erasure is chosen by data that can tell what harms.

Validation picks are chosen with taste, so a recall on them rewards what follows taste. Two tests
don't, and each is of what the other side's data taught:

- **Erasure**, by professionals' pairs. Whether the picture shows an uploader's style, which must
  go, or content that follows taste, which must stay, can't be seen in uploaders' picks. The system
  fitted to uploaders alone ranks the music of professionals, whose pairs carry no taste: erasing
  style doesn't cost any rank there, erasing content does.
- **Professionals' pairs**, by swaps within uploaders (`fitting/swaps.py`), in which taste cancels:
  the system without them, with them, or the teacher, which learns from them alone. What bad pairs
  teach loses there.

That is two fits without professionals' pairs, one with them and the teacher's, then the fit of the
outcome to all pairs.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from engine.progress import Progress
from engine.training.data.benchmark_data import Queries, TrainingData
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import tastes_of
from engine.training.fitting.metrics import own_ranks
from engine.training.fitting.swaps import hold_out_swaps, swaps_within
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer, System
from engine.training.systems.teacher_alone import Teacher
from engine.training.systems.two_branches import ContentScorer

_log = logging.getLogger(__name__)

_MAX_JUDGED = 4_000
_HARM_IN_ERRORS = 2.0
"""Standard errors by which erasure must be worse to be left out."""
WITHOUT, WITH, ALONE = "without", "with", "alone"
"""The system without professionals' pairs, with them, or the teacher, of these pairs alone."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, and on what evidence.

    Attributes:
        erase_taste: whether the picture loses what predicts taste.
        professionals: `WITHOUT`, `WITH` or `ALONE`.
        evidence: log-likelihood of held-out swaps of each, in nats; empty when none was tried.
    """

    erase_taste: bool
    professionals: str
    evidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A system that erases taste and learns from professionals as far as that doesn't harm.

    Attributes:
        base: the system; it scores by content alone and honours `erase_taste`.
        held_out_share: share of the uploaders' pairs that decides, and that is learnt from in the
            last fit alone.
    """

    base: System
    name: str
    needs_pgc: bool = False
    held_out_share: float = 0.1

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Choose on held-out pairs, then fit to all; see `System`."""
        choice = self.choose(data, config, progress)
        _log.info("chose %s", choice)
        return self.fit_as(data, config, choice, progress)

    def choose(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Choice:
        """Return which erasure and which use of professionals' pairs serve best.

        Without such pairs, nothing shows whether erasure costs content: it is used. Without
        uploaders of several videos, nothing shows whether they are good: they are used.

        Args:
            data, config, progress: see `System.fit`.
        """
        if data.pgc is None:
            return Choice(True, WITHOUT)
        share = min(self.held_out_share, _MAX_JUDGED / data.ugc.n_pairs)
        held_out = hold_out_swaps(data.ugc, share, config.seed)
        rest = replace(data, ugc=data.ugc.take(~held_out))
        judged = data.ugc.take(held_out)
        without = {
            erase: self.fit_as(rest, config, Choice(erase, WITHOUT), progress)
            for erase in (False, True)
        }
        erase = not harms(
            *(professional_ranks(without[erase], data.pgc, config.seed) for erase in without)
        )
        evidence = {WITHOUT: swap_likelihood(without[erase], judged, rest.ugc)}
        if evidence[WITHOUT] is None:
            return Choice(erase, WITH)
        for way in (WITH, ALONE):
            fitted = self.fit_as(rest, config, Choice(erase, way), progress)
            evidence[way] = swap_likelihood(fitted, judged, rest.ugc)
        found = {way: value for way, value in evidence.items() if value is not None}
        return Choice(erase, max(found, key=lambda way: found[way]), found)

    def fit_as(
        self, data: TrainingData, config: TrainingConfig, choice: Choice, progress: Progress
    ) -> Scorer:
        """Fit as chosen.

        Args:
            data, config, progress: see `System.fit`.
            choice: what the picture loses and which pairs teach.
        """
        own = replace(config, erase_taste=choice.erase_taste)
        if choice.professionals == ALONE:
            return Teacher().fit(data, own, progress)
        if choice.professionals == WITHOUT:
            data = replace(data, pgc=None)
        return self.base.fit(data, own, progress)


def harms(
    without: tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]],
    with_it: tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]],
) -> bool:
    """Whether ranks are worse with something, by more than chance over sources explains.

    Args:
        without, with_it: ranks (n,) of the same pairs, 0 the best, and their sources (n,).
    """
    _, of_pairs = np.unique(without[1], return_inverse=True)
    losses = np.bincount(of_pairs, with_it[0] - without[0]) / np.bincount(of_pairs)
    error = losses.std(ddof=1) / np.sqrt(len(losses)) if len(losses) > 1 else np.inf
    return bool(losses.mean() > _HARM_IN_ERRORS * error)


def professional_ranks(
    scorer: Scorer, pairs: PairSet, seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]]:
    """Return the ranks (n,) of professionals' own music, 0 the best, and the sources (n,).

    Args:
        scorer: a fitted system that hasn't seen these pairs.
        pairs: of professionals; of many, some.
        seed: which some.
    """
    assert isinstance(scorer, ContentScorer)
    judged = pairs.of_videos(_some(pairs.n_videos, seed))
    # Professionals' tracks instead of the catalogue; content alone scores, so any taste will do.
    tastes = np.full((judged.n_videos, len(judged.genre_names)), 1 / len(judged.genre_names))
    queries = Queries(judged.video_vectors, tastes.astype(np.float32))
    scores = ContentScorer(scorer.network, judged.music_vectors).score(queries)
    ranked = judged.positives.any(axis=1) & ~judged.positives.all(axis=1)
    return own_ranks(scores[ranked], judged.positives[ranked]), judged.sources[ranked]


def _some(n: int, seed: int) -> npt.NDArray[np.bool_]:
    chosen = np.zeros(n, dtype=np.bool_)
    chosen[np.random.default_rng(seed).permutation(n)[:_MAX_JUDGED]] = True
    return chosen


def swap_likelihood(scorer: Scorer, judged: PairSet, known: PairSet) -> float | None:
    """Return the log-likelihood of swaps in nats, None without any.

    Args:
        scorer: a fitted system that hasn't seen the judged pairs.
        judged: uploaders' pairs.
        known: the pairs that it has seen, for the uploaders' tastes.
    """
    if not judged.n_pairs:
        return None
    videos, tracks = judged.pairs.T
    tastes, _ = tastes_of(known).of(judged.uploaders)
    scores = scorer.score(
        Queries(judged.video_vectors[videos], tastes), np.tile(tracks, (len(tracks), 1))
    )
    swaps = swaps_within(scores, tracks, judged.uploaders)
    return None if swaps is None else swaps.log_likelihood
