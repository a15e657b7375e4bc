"""How a new pack compares with the one before it: in its manifest, and in words.

Needs no torch: the window shows it too.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.encoders.pack_manifest import load_manifest
from engine.errors import PackError, display_path
from engine.training.paired_ranks import PairedInterval
from engine.translation import tr, trn

COMPARED = "compared"
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """A recipe against the pack in use, on clips that neither learnt from.

    Attributes:
        before: the name of the pack in use.
        interval: of the change of the rank of a clip's own music, below 0 for the better; None
            where no clip could be compared.
        rank_before, rank_after: mean ranks, 0 best, .5 chance; None likewise.
        from_chance: of the new pack's ranks less .5, below 0 for better than chance; None likewise.
        problem: why no clip could be compared; "" else.
    """

    before: str
    interval: PairedInterval | None = None
    rank_before: float | None = None
    rank_after: float | None = None
    from_chance: PairedInterval | None = None
    problem: str = ""


class _Stored(msgspec.Struct, rename={"before": "with"}):
    before: str
    mean: float
    low: float
    high: float
    n_clips: int
    n_sources: int


def change_of(comparison: Comparison) -> str:
    """Return in plain words how the new pack compares; "" where nothing could be compared."""
    if comparison.interval is None:
        return ""
    return tr("Compared with {pack}: {change}").format(
        pack=comparison.before, change=describe(comparison.interval)
    )


def describe(interval: PairedInterval) -> str:
    """Return an interval of ranks in plain words."""
    low, high = -100 * interval.high, -100 * interval.low
    text = trn(
        "the own music of {n} clip moves up by {mean} % of the list on average (between {low} and "
        "{high}, 95 % certain; below 0 is down).",
        "the own music of {n} clips moves up by {mean} % of the list on average (between {low} and "
        "{high}, 95 % certain; below 0 is down).",
        interval.n_clips,
    )
    return text.format(
        n=interval.n_clips,
        mean=_signed(-100 * interval.mean),
        low=_signed(low),
        high=_signed(high),
    )


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as the entry `COMPARED` of a manifest."""
    found: dict[str, Any] = {"with": comparison.before}
    if comparison.interval is not None:
        interval = comparison.interval
        found |= {
            "rank_before": comparison.rank_before,
            "rank_after": comparison.rank_after,
            "mean": interval.mean,
            "low": interval.low,
            "high": interval.high,
            "n_clips": interval.n_clips,
            "n_sources": interval.n_sources,
        }
    return found


def words_of_pack(folder: Path) -> str:
    """Return in plain words how a pack compared when it was made; "" where it doesn't say."""
    try:
        return words_of(load_manifest(folder).extra)
    except PackError:
        return ""


def words_of(extra: Mapping[str, Any]) -> str:
    """Return in plain words what the extra entries of a manifest say of the comparison.

    Args:
        extra: may be a stranger's: what isn't a comparison is no comparison.
    """
    try:
        found = msgspec.convert(extra.get(COMPARED), _Stored)
    except msgspec.ValidationError:
        return ""
    ends = (found.mean, found.low, found.high)
    if not all(math.isfinite(value) and abs(value) <= 1 for value in ends) or found.n_clips < 1:
        return ""
    interval = PairedInterval(*ends, found.n_clips, found.n_sources)
    return change_of(Comparison(display_path(found.before[:_MAX_NAME]), interval))


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−") if abs(value) >= 0.05 else "0"
