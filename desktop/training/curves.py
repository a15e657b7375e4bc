"""How the learning goes: two curves, drawn and in words."""

from collections.abc import Iterable, Sequence

from engine.progress import LearningPoint
from engine.translation import tr

# Of fits before the present one, so many are drawn.
MAX_EARLIER = 8


class Curves:
    """The points of the present fit by their place, and those of fits before it.

    A training fits many times: once for each part that is held out, and once for the pack itself.
    Epochs begin again with each; the sizes of a change are measured again and again, and the last
    measurement of each counts.
    """

    def __init__(self) -> None:
        self.earlier: list[list[LearningPoint]] = []
        self._now: dict[int, LearningPoint] = {}

    @property
    def now(self) -> list[LearningPoint]:
        """The points of the present fit, by their place."""
        return [self._now[at] for at in sorted(self._now)]

    @property
    def all(self) -> Iterable[Sequence[LearningPoint]]:
        """The points of each fit, the present one last."""
        return [*self.earlier, self.now]

    def add(self, point: LearningPoint) -> None:
        """Add a point that was just measured."""
        last = max(self._now, default=0)
        is_another = any(one.axis != point.axis for one in self._now.values())
        if is_another or (point.axis == "epoch" and point.at <= last):
            self.earlier = [*self.earlier, self.now][-MAX_EARLIER:]
            self._now.clear()
        self._now[point.at] = point

    def clear(self) -> None:
        """Forget all points."""
        self.earlier.clear()
        self._now.clear()

    def in_words(self) -> str:
        """Return how the present fit goes; "" before the first point."""
        now = self.now
        if not now:
            return ""
        return _epochs_in_words(now) if now[-1].axis == "epoch" else _sizes_in_words(now)


def titles(axis: str) -> tuple[str, str]:
    """Return what the two curves show: on what is learnt from, and on what is held out."""
    if axis == "epoch":
        return tr("Training loss"), tr("Validation: rank of held-out music")
    return tr("Training: rank of the music learnt from"), tr("Validation: rank of held-out music")


def axis_title(axis: str) -> str:
    """Return what the places of a curve count."""
    return tr("Epoch") if axis == "epoch" else tr("Size of the change")


def value_words(value: float, axis: str, is_held_out: bool) -> str:
    """Return a value of a curve: a loss, or a rank in percent of the list."""
    if axis == "epoch" and not is_held_out:
        return f"{value:.3f}"
    return tr("{percent} %").format(percent=f"{100 * value:.1f}")


def _epochs_in_words(now: Sequence[LearningPoint]) -> str:
    last = now[-1]
    text = tr("Epoch {n} of {total}: training loss {loss}.").format(
        n=last.at, total=last.end, loss=value_words(last.learnt, "epoch", False)
    )
    known = [point for point in now if point.held_out is not None]
    if not known:
        return text
    best = min(known, key=lambda point: point.held_out or 0.0)
    ranks = tr(
        "Held-out music stands at {rank} of the list on average, at best {best} (epoch {n})."
    ).format(
        rank=value_words(known[-1].held_out or 0.0, "epoch", True),
        best=value_words(best.held_out or 0.0, "epoch", True),
        n=best.at,
    )
    return f"{text} {ranks}"


def _sizes_in_words(now: Sequence[LearningPoint]) -> str:
    known = [point for point in now if point.held_out is not None]
    first = known[0]
    best = min(known, key=lambda point: point.held_out or 0.0)
    before = value_words(first.held_out or 0.0, "size", True)
    if best.at == 0:
        return tr(
            "Held-out music stands at {rank} of the list on average; no change is better so far."
        ).format(rank=before)
    return tr(
        "Held-out music stands at {rank} of the list on average without a change, at {best} with "
        "a change of size {n} of {total}."
    ).format(
        rank=before, best=value_words(best.held_out or 0.0, "size", True), n=best.at, total=best.end
    )
