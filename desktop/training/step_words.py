"""How far a training is, in words."""

from desktop.time_left import time_left_words
from engine.progress import ProgressStep
from engine.translation import tr


def describe_step(step: ProgressStep) -> str:
    """Return what is trained, how far all of it is, and the time left."""
    parts = [step.stage]
    if step.total:
        n_parts, number = round(step.total), min(int(step.done) + 1, round(step.total))
        if n_parts > 1 and number == n_parts:
            parts.append(tr("part {n} of {total}: the pack itself").format(n=number, total=n_parts))
        elif n_parts > 1:
            parts.append(
                tr("part {n} of {total}: without some sources, to compare").format(
                    n=number, total=n_parts
                )
            )
        percent = round(100 * step.done / step.total)
        parts.append(tr("{percent} %").format(percent=percent))
    if step.left_s is not None:
        parts.append(time_left_words(step.left_s))
    return " · ".join(parts)
