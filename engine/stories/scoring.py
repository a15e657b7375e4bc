"""What a clip and the user ask for, and the score of each track for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.experts import product
from engine.encoders.text import text_expert
from engine.errors import InputError
from engine.library.libraries import Libraries
from engine.ranking.candidates import LARGE_PART, Candidates
from engine.ranking.hubs import offsets_for
from engine.ranking.query import ClipWants, Query, make_query
from engine.ranking.references import ReferenceExpert
from engine.ranking.taste import Taste, taste_bonus, users_taste
from engine.ranking.words import (
    beside,
    instrument_bonus,
    is_understood,
    not_understood,
    word_expert,
)
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The scores of n candidates, float32 (n,) each.

    Attributes:
        whole: what they are ranked by.
        matches: by content and words.
        taste: what the user's taste adds.
        by_words: what the instruments named in words add.
        users_taste: what `taste` was made from; None where it has no effect.
    """

    whole: Float32Array
    matches: Float32Array
    taste: Float32Array
    by_words: Float32Array
    users_taste: Taste | None = None


def ask(
    pack: "MatchingPack",
    clip: ClipAnalysis,
    options: RankingOptions,
    references: Mapping[str, ReferenceExpert],
) -> tuple[ClipWants, Query, list[str]]:
    """Return what the clip asks for, the query for all that is asked, and notes on it.

    Args:
        pack: the matching pack.
        clip: what is seen.
        options: what the user says about it.
        references: the experts of music that the user wants more or less of.

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
    query = make_query(pack, reading, options.said, others, references)
    if clip.features.n_seen == 0:
        nothing = tr("There is nothing to see in this clip: it is black or of one colour.")
        if query.says_nothing and not options.wish.named.instruments:
            raise InputError(
                nothing, remedy=tr("Describe the music in words, or choose another clip.")
            )
        notes.append(nothing)
    picture = product(pack.prior, reading.wants.values())
    return ClipWants(reading.scenes, query.wants, picture), query, notes


def score(
    query: Query,
    candidates: Candidates,
    options: RankingOptions,
    pack: "MatchingPack",
    libraries: Libraries,
    content_hash: str,
) -> tuple[Scores, list[str]]:
    """Return the scores of the candidates, and notes on them.

    Args:
        query: what is asked.
        candidates: n tracks.
        options: the words and the weight of the taste.
        pack: the matching pack.
        libraries: have the user's picks.
        content_hash: of the clip.
    """
    by_words = candidates.column(lambda tracks: instrument_bonus(tracks, options.wish))
    parts = candidates.each_part(LARGE_PART)
    matches = np.concatenate([query.scores(part) for part in parts]) + by_words
    taste = None
    if options.taste > 0:
        picks = libraries.of_user(lambda own: own.picks.all(), ())
        shares = libraries.of_user(lambda own: own.own_taste.shares(), {})
        taste = users_taste(picks, shares, pack)
    added, notes = taste_bonus(options.taste, taste, candidates, pack)
    hubs = offsets_for(query, pack, candidates.each_part(), content_hash)
    return Scores(matches + added - hubs, matches, added, by_words, taste), notes
