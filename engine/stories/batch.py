"""STORY: a folder of clips → for each the best music, its files, and one page that reports all.

A batch resumes: what is finished is written down beside the results, and isn't made again while
the clip and what was asked are the same and its files are there.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.arrangement.gains import TARGETS_LUFS
from engine.encoders.active import matching_pack
from engine.errors import InputError, SoundbedError, display_path
from engine.export.export_format import ExportFormat, ExportTask
from engine.export.formats import FORMATS
from engine.export.targets import named_targets
from engine.files import write_text
from engine.library.libraries import Libraries
from engine.media.probe import VIDEO_SUFFIXES
from engine.path_checks import is_file, is_folder
from engine.progress import PartProgress, Progress, silent
from engine.stories.analyse import ClipAnalysis, analyse_clip_isolated
from engine.stories.arrange_scenes import LONGEST_ALONE_S, arrange_scenes
from engine.stories.batch_options import PAGE, BatchOptions, BatchPlan, BatchReport
from engine.stories.batch_page import page_of, thumbnail
from engine.stories.batch_record import FILE as RECORD
from engine.stories.batch_record import BatchEntry, BatchRecord, load_record, save_record
from engine.stories.candidates import candidates_for
from engine.stories.duck import with_ducking
from engine.stories.hand_over import plan_export, write_exports
from engine.stories.levelling import level_isolated
from engine.stories.recommend import Recommendation, recommend
from engine.translation import tr

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement

# A dropped folder may be a whole disk.
_MAX_LOOKED_AT = 20_000


def run_batch(
    folder: Path,
    out: Path,
    options: BatchOptions,
    progress: Progress,
    libraries: Libraries | None = None,
) -> BatchReport:
    """Find music for all clips of a folder and write their files.

    A clip that fails doesn't stop the others. Each clip's files are written all, or none, into a
    folder with the clip's name.

    Args:
        folder: of the clips, with its folders.
        out: where the results are written; clips in it aren't taken.
        options: what to make.
        progress: counts clips; may cancel; what is finished until then stays finished.
        libraries: kept from one ranking to the next; None for new ones.

    Raises:
        InputError: when there is no such folder, no clip in it, or no track that passes the
            filters.
        ExportError: when the results can't be written.
        LibraryError, PackError: as in `recommend`.
        Cancelled: when the user stopped it.
    """
    plan = plan_batch(folder, out, options, progress)
    record = plan.record
    task = _Task(folder, out, options, libraries or Libraries())
    n_clips, n_finished = len(plan.clips), len(plan.finished)
    waiting = [
        (clip, name)
        for clip, name in zip(plan.clips, plan.names, strict=True)
        if name not in plan.finished
    ]
    # What would fail for every clip is an error before the first one is analysed.
    if waiting:
        ranking = options.ranking
        candidates_for(ranking, task.libraries, matching_pack(ranking.pack), progress)
    save_record(out, record)
    try:
        for number, (clip, name) in enumerate(waiting, n_finished):
            part = PartProgress(progress, number, n_clips, display_path(name))
            record = record.with_entry(_make(clip, task, part))
            save_record(out, record)
    finally:
        entries = tuple(record.entries[name] for name in plan.names if name in record.entries)
        if entries:
            write_text(out / PAGE, page_of(folder, entries))
    return BatchReport(out / PAGE, entries, n_finished)


def plan_batch(
    folder: Path, out: Path, options: BatchOptions, progress: Progress | None = None
) -> BatchPlan:
    """Find the clips of a folder, and which of them are finished; nothing is written.

    Args:
        folder, out, options: as in `run_batch`.
        progress: may cancel.

    Raises:
        InputError: when there is no such folder, or no clip in it.
        Cancelled: when the user stopped it.
    """
    if out.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise InputError(
            tr("the results can't be written into the folder of the clips, or one around it."),
            path=out,
            remedy=tr("Choose another folder for them, such as one inside."),
        )
    clips = tuple(find_clips(folder, out, progress))
    if not clips:
        raise InputError(
            tr("there is no video in this folder."),
            path=folder,
            remedy=tr("Choose a folder with videos."),
        )
    record = BatchRecord() if options.again else load_record(out)
    names = tuple(_name(clip, folder) for clip in clips)
    finished = frozenset(
        name
        for clip, name in zip(clips, names, strict=True)
        if record.finished(name, clip, options.key, out) is not None
    )
    return BatchPlan(clips, names, record, finished)


def find_clips(folder: Path, out: Path, progress: Progress | None = None) -> Iterator[Path]:
    """Yield the videos of a folder and its folders by their paths.

    Hidden ones, `out` and the results of other batches are left out.

    Args:
        folder, out: as in `run_batch`.
        progress: may cancel.

    Raises:
        InputError: when there is no such folder.
        Cancelled: when the user stopped it.
    """
    progress = progress or silent()
    if not is_folder(folder):
        raise InputError(tr("there is no such folder."), path=folder)
    results = out.resolve()  # it may be named by a link or by "..", too
    found: list[Path] = []
    for path in folder.rglob("*"):
        progress.check()
        if _may_be_clip(path, folder):
            found.append(path)
    has_results = cache(_has_results)
    for path in sorted(found):
        inside = path.relative_to(folder).parents
        if any(has_results(folder / parent) for parent in inside if parent.parts):
            continue
        if results not in path.resolve().parents and is_file(path):
            yield path


def _has_results(folder: Path) -> bool:
    return all(is_file(folder / name) for name in (RECORD, PAGE))


def has_clips(folder: Path) -> bool:
    """Whether there are videos in a folder, as far as a short search finds them."""
    paths = (Path(top, name) for top, _, names in os.walk(folder) for name in names)
    return any(_may_be_clip(path, folder) for path in islice(paths, _MAX_LOOKED_AT))


def _may_be_clip(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder).parts
    is_hidden = any(part.startswith(".") for part in inside)
    return not is_hidden and path.suffix.lower() in VIDEO_SUFFIXES


@dataclass(frozen=True, slots=True)
class _Task:
    folder: Path
    out: Path
    options: BatchOptions
    libraries: Libraries


def _make(clip: Path, task: _Task, progress: Progress) -> BatchEntry:
    """Return the entry of a clip after its files are written, or with the reason why not."""
    entry = BatchEntry.of(_name(clip, task.folder), clip, task.options.key)
    analysing, writing = (PartProgress(progress, index, 2) for index in (0, 1))
    try:
        analysis = analyse_clip_isolated(clip, analysing, task.options.ranking.pack)
        ranked = recommend(analysis, task.options.ranking, writing, task.libraries)
        best = ranked.items[0]
        arrangement, written = _write(analysis, best, task, writing)
    except SoundbedError as error:
        return entry.failed(_reason(error, clip))
    tracks = [item.track for item in arrangement.items]
    is_best = all(track.path == best.arrangement.items[0].track.path for track in tracks)
    notes = (note for _, one in written if one.plan for note in one.plan.notes)
    return entry.done(
        files=[one.out.relative_to(task.out) for _, one in written],
        beside=[path.relative_to(task.out) for kind, one in written for path in kind.beside(one)],
        tracks=[track.title for track in tracks],
        reasons=best.reasons if is_best else (),
        fit=best.fit if is_best else None,
        notes=[*ranked.notes, *notes],
        picture=thumbnail(analysis.filmstrip),
    )


def _write(
    clip: ClipAnalysis, best: Recommendation, task: _Task, progress: Progress
) -> "tuple[Arrangement, list[tuple[ExportFormat, ExportTask]]]":
    """Write a clip's files; return its arrangement, and what was written."""
    settings = task.options.settings
    target_lufs = TARGETS_LUFS[settings.loudness]
    arrangement = best.arrangement
    if task.options.by_scenes or clip.info.duration_s > LONGEST_ALONE_S:
        arrangement = arrange_scenes(clip, task.options.ranking, progress, task.libraries)
    arrangement = level_isolated(arrangement, target_lufs, progress).with_gains(
        music_gain_db=settings.music_gain_db, clip_gain_db=settings.clip_gain_db
    )
    arrangement = with_ducking(arrangement, clip.sound, settings)
    folder = task.out / clip.info.path.relative_to(task.folder)
    exports: list[tuple[ExportFormat, ExportTask]] = []
    kinds = [kind for kind in FORMATS if kind.name in task.options.formats]
    outs = named_targets(folder, clip.info.path.stem, kinds)
    for kind, out in zip(kinds, outs, strict=True):
        plan = plan_export(kind, clip.info, out, settings.surround)
        exports.append((kind, ExportTask(clip.info, arrangement, plan.out, True, plan)))
    write_exports(exports, progress)
    return arrangement, exports


def _reason(error: SoundbedError, clip: Path) -> str:
    """Return an error without the name of the clip, beside which it is shown."""
    if error.path is None or Path(error.path) != clip:
        return str(error)
    return error.without_path


def _name(clip: Path, folder: Path) -> str:
    return clip.relative_to(folder).as_posix()
