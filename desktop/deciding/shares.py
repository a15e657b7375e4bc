"""Shares that sum to 1, changed one at a time."""

from collections.abc import Sequence


def with_share(shares: Sequence[float], index: int, share: float) -> tuple[float, ...]:
    """Return the shares with one of them changed, and the others scaled to fill the rest.

    Args:
        shares: of all, summing to 1; at least two.
        index: of the one that changes.
        share: its new value, 0 to 1.
    """
    share = min(max(share, 0.0), 1.0)
    others = sum(shares) - shares[index]
    if others > 0:
        scale = (1.0 - share) / others
        changed = [value * scale for value in shares]
    else:
        changed = [(1.0 - share) / (len(shares) - 1)] * len(shares)
    changed[index] = share
    return tuple(changed)
