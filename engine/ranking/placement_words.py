"""What meets between picture and music from where a track starts, in words."""

import math

from engine.arrangement.alignment import Alignment
from engine.translation import tr

# The best of dozens of starts always correlates a little: 3 / √n is three deviations of the
# correlation of n unrelated points.
_SHARED_MOVEMENT = 0.4
_DEVIATIONS = 3.0
# Two thirds of the cuts, and twice as many as would fall on a beat by chance.
_MIN_CUTS_ON_BEAT = 0.65
_ABOVE_CHANCE = 2.0


def placement_words(alignment: Alignment) -> tuple[str, ...]:
    """Return translated phrases on cuts and movement, where they meet more than by chance.

    They say how a track lies under the clip, not why it was chosen: the score doesn't know them.
    """
    return tuple(phrase for phrase in (_cuts(alignment), _movement(alignment)) if phrase)


def _cuts(alignment: Alignment) -> str:
    enough = max(_MIN_CUTS_ON_BEAT, _ABOVE_CHANCE * alignment.by_chance)
    if not alignment.n_cuts or alignment.cuts_on_beat < enough:
        return ""
    return tr("{n_on} of {n} cuts fall on a beat").format(
        n_on=round(alignment.cuts_on_beat * alignment.n_cuts), n=alignment.n_cuts
    )


def _movement(alignment: Alignment) -> str:
    enough = max(_SHARED_MOVEMENT, _DEVIATIONS / math.sqrt(max(alignment.n_points, 1)))
    if alignment.movement < enough:
        return ""
    return tr("the music rises and falls with the movement")
