"""STORY: the user's taste as it can be shown: what was learnt, what was set, what most like."""

from dataclasses import dataclass

from engine.encoders.active import matching_pack
from engine.library.libraries import Libraries
from engine.ranking.taste import genre_histogram, set_histogram


@dataclass(frozen=True, slots=True)
class TasteReport:
    """The user's taste beside that of others; shares sum to 1.

    Attributes:
        genres: those of the matching pack.
        crowd: the share of each in the average taste of many people.
        learnt: as the picks say, in which the average taste counts as five picks; None where no
            pick counts.
        own: as the user set it by hand; None where they didn't.
        n_picks: how many picks count.
    """

    genres: tuple[str, ...]
    crowd: tuple[float, ...]
    learnt: tuple[float, ...] | None = None
    own: tuple[float, ...] | None = None
    n_picks: int = 0

    @property
    def shown(self) -> tuple[float, ...]:
        """What counts now: that of most people, where nothing is known of the user's."""
        return self.own or self.learnt or self.crowd


def report_taste(libraries: Libraries | None = None) -> TasteReport:
    """Return the user's taste.

    Raises:
        PackError: when the matching pack can't be used.
    """
    pack = matching_pack()
    known = libraries or Libraries()
    picks = known.of_user(lambda own: own.picks.all(), ())
    shares = known.of_user(lambda own: own.own_taste.shares(), {})
    learnt = genre_histogram(picks, pack.genres, pack.mean_taste)
    own = set_histogram(shares, pack.genres)
    return TasteReport(
        tuple(pack.genres),
        tuple(pack.mean_taste.tolist()),
        None if learnt is None else tuple(learnt.tolist()),
        None if own is None else tuple(own.tolist()),
        sum(pick.counts_for_taste for pick in picks),
    )
