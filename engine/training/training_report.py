"""The plot and the numbers that a pack carries about its training."""

import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from engine.encoders.pack_manifest import CARD, PLOT, load_manifest, save_manifest, sha256_of
from engine.training.learners import Curve, Description

_SECTION = f"""
## The training

![Losses and ranks by step]({PLOT})

"""
_DPI = 100
_PANEL_INCHES = (4.5, 3.2)


def add_report(folder: Path, made: Description, notes: str, extra: dict[str, Any]) -> None:
    """Add the plot, a section of the card and entries of the manifest to a pack being written.

    Args:
        folder: of the pack.
        made: what its learner says of it.
        notes: how it compares with the pack in use; for the card.
        extra: further entries of the manifest.
    """
    manifest = load_manifest(folder)
    card = made.card
    files = dict(manifest.files)
    if made.curves:
        files[PLOT] = _write(folder / PLOT, plot(made.curves))
        card += _SECTION
    files[CARD] = _write(folder / CARD, f"{card}{notes}\n".encode())
    results = {"training": dict(made.results), **extra}
    save_manifest(folder, replace(manifest, files=files, extra={**manifest.extra, **results}))


def plot(curves: Sequence[Curve]) -> bytes:
    """Return the curves as PNG, those of each panel in one plot."""
    # Not pyplot, which would look for a window system.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    ordered = sorted(curves, key=lambda curve: curve.panel)
    panels = [(name, list(group)) for name, group in groupby(ordered, lambda curve: curve.panel)]
    width, height = _PANEL_INCHES
    figure = Figure(figsize=(width * len(panels), height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    every = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (title, group) in zip(every, panels, strict=True):
        for curve in group:
            steps = curve.steps or range(1, len(curve.values) + 1)
            axes.plot(steps, curve.values, marker=".", markersize=4, linewidth=1, label=curve.name)
        axes.set_title(title, fontsize=9)
        axes.set_xlabel(group[0].axis, fontsize=8)
        axes.tick_params(labelsize=7)
        axes.legend(fontsize=6)
    buffer = io.BytesIO()
    # Without the version of the library: the same training gives the same bytes.
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return sha256_of(data)
