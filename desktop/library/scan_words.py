"""How far a scan is, and what it did, in words."""

from typing import TYPE_CHECKING, cast

from desktop.time_left import time_left_words
from engine.progress import ProgressStep
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.stories.index_report import IndexReport

_MAX_NAME = 40


def describe_step(title: str, step: ProgressStep) -> str:
    """Return how far a scan is: n of m, the file's name, and the time left.

    Args:
        title: what it does, translated.
        step: its last step.
    """
    count = ""
    if step.total:
        count = tr("{n} of {total}").format(
            n=min(round(step.done), round(step.total)), total=round(step.total)
        )
    left = "" if step.left_s is None else time_left_words(step.left_s)
    name = step.item
    if len(name) > _MAX_NAME:
        half = _MAX_NAME // 2
        name = f"{name[:half]}…{name[-half:]}"
    return " · ".join(filter(None, (title, count, name or step.stage, left)))


def describe_report(report: object) -> str:
    """Return what a scan or an installation did."""
    from engine.stories.install_pack import InstallReport

    if isinstance(report, InstallReport):
        count = trn("{n} track", "{n} tracks", report.n_tracks).format(n=report.n_tracks)
        return tr("Installed: {title}, {count}").format(title=report.pack.title, count=count)
    return _describe_scan(cast("IndexReport", report))


def unusable_words(n_files: int) -> str:
    """Return how many files can't be used, in the same words wherever they are counted."""
    text = trn("{n} file can't be used", "{n} files can't be used", n_files)
    return text.format(n=n_files)


def _describe_scan(report: "IndexReport") -> str:
    parts = [trn("{n} track added", "{n} tracks added", report.added).format(n=report.added)]
    n_failed = len(report.failed) + report.unusable
    if n_failed:
        parts.append(unusable_words(n_failed))
    for count, text in (
        (report.unchanged, tr("{n} unchanged")),
        (report.moved, tr("{n} moved")),
        (report.renewed, tr("{n} analysed again")),
        (len(report.incomplete), tr("{n} incomplete")),
        (len(report.left_out), tr("{n} left out")),
        (report.offline, tr("{n} offline")),
    ):
        if count:
            parts.append(text.format(n=count))
    return tr("Done: {what}").format(what=", ".join(parts))
