"""STORY: a folder of clips → for each the best music, its files, and one page that reports all.

A batch resumes: what is finished is written down beside the results, and isn't made again while
the clip and what was asked are the same and its files are there.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.arrangement.gains import TARGETS_LUFS
from engine.errors import InputError, SoundbedError
from engine.export.export_format import ExportFormat, ExportTask
from engine.export.formats import FORMATS
from engine.export.targets import named_targets
from engine.files import write_text
from engine.library.libraries import Libraries
from engine.media.probe import VIDEO_SUFFIXES
from engine.progress import PartProgress, Progress
from engine.settings import load_settings
from engine.stories.analyse import ClipAnalysis, analyse_clip_isolated
from engine.stories.arrange_scenes import arrange_scenes
from engine.stories.batch_page import page_of, thumbnail
from engine.stories.batch_record import BatchEntry, BatchRecord, load_record, save_record
from engine.stories.duck import with_ducking
from engine.stories.hand_over import plan_export, write_exports
from engine.stories.levelling import level_isolated
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendation, recommend
from engine.translation import tr

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement

OUT_FOLDER = "Soundbed"
PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What to make of each clip.

    Attributes:
        ranking: what music is wanted; the best track of each list is taken.
        formats: names of export formats.
        by_scenes: a track for each scene, in the place of one for the whole clip.
        again: make everything anew.
    """

    ranking: RankingOptions = field(default_factory=lambda: RankingOptions(top=1))
    formats: tuple[str, ...] = ("video",)
    by_scenes: bool = False
    again: bool = False

    def __post_init__(self) -> None:
        known = [kind.name for kind in FORMATS]
        for name in self.formats:
            if name not in known:
                raise InputError(
                    tr("There is no format “{name}”.").format(name=name),
                    remedy=tr("The formats are: {names}.").format(names=", ".join(known)),
                )
        if not self.formats:
            raise InputError(tr("There is nothing to write."))

    @property
    def key(self) -> str:
        """Changes when anything of what is asked changes, or a setting of the mix."""
        ranking, settings = self.ranking, load_settings()
        asked = (
            sorted(ranking.filters.items()), ranking.taste, str(ranking.folder), str(ranking.pack),
            ranking.text, ranking.without, ranking.correction, self.formats, self.by_scenes,
            settings.loudness, settings.duck_speech, settings.speech_above_lu,
            settings.duck_attack_s, settings.duck_release_s, settings.surround,
        )  # fmt: skip
        text = repr(asked).encode("utf-8", "surrogateescape")
        return hashlib.sha256(text).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a batch did.

    Attributes:
        page: the report, to open in a browser.
        entries: one for each clip, by its path.
        n_resumed: how many of them were finished before.
    """

    page: Path
    entries: tuple[BatchEntry, ...]
    n_resumed: int = 0

    @property
    def n_failed(self) -> int:
        """How many clips have no music, each with a sentence that says why."""
        return sum(entry.problem is not None for entry in self.entries)


def run_batch(folder: Path, out: Path, options: BatchOptions, progress: Progress) -> BatchReport:
    """Find music for all clips of a folder and write their files.

    A clip that fails doesn't stop the others. Each clip's files are written all, or none, into a
    folder with the clip's name.

    Args:
        folder: of the clips, with its folders.
        out: where the results are written; clips in it aren't taken.
        options: what to make.
        progress: may cancel; what is finished until then stays finished.

    Raises:
        InputError: when there is no such folder, or no clip in it.
        ExportError: when the results can't be written.
        Cancelled: when the user stopped it.
    """
    clips = tuple(find_clips(folder, out))
    if not clips:
        raise InputError(
            tr("there is no video in this folder."),
            path=folder,
            remedy=tr("Choose a folder with videos."),
        )
    record = BatchRecord() if options.again else load_record(out)
    libraries, n_resumed = Libraries(), 0
    try:
        for number, clip in enumerate(clips):
            name = _name(clip, folder)
            entry = record.finished(name, clip, options.key, out)
            n_resumed += entry is not None
            if entry is None:
                part = PartProgress(progress, number, len(clips))
                entry = _make(clip, _Task(folder, out, options, libraries), part)
                record = record.with_entry(entry)
                save_record(out, record)
    finally:
        names = [_name(clip, folder) for clip in clips]
        entries = tuple(record.entries[name] for name in names if name in record.entries)
        if entries:
            write_text(out / PAGE, page_of(folder, entries))
    return BatchReport(out / PAGE, entries, n_resumed)


def find_clips(folder: Path, out: Path) -> Iterator[Path]:
    """Yield the videos of a folder and its folders by their paths, hidden ones and `out` left out.

    Raises:
        InputError: when there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(tr("there is no such folder."), path=folder)
    results = out.resolve()  # it may be named by a link or by "..", too
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in inside)
        if hidden or path.suffix.lower() not in VIDEO_SUFFIXES:
            continue
        if results in path.resolve().parents:
            continue
        if path.is_file():
            yield path


@dataclass(frozen=True, slots=True)
class _Task:
    folder: Path
    out: Path
    options: BatchOptions
    libraries: Libraries


def _make(clip: Path, task: _Task, progress: Progress) -> BatchEntry:
    """Return the entry of a clip after its files are written, or with the reason why not."""
    entry = BatchEntry.of(_name(clip, task.folder), clip, task.options.key)
    try:
        analysis = analyse_clip_isolated(clip, progress, task.options.ranking.pack)
        ranked = recommend(analysis, task.options.ranking, progress, task.libraries)
        best = ranked.items[0]
        arrangement, files, notes = _write(analysis, best, task, progress)
    except SoundbedError as error:
        return entry.failed(str(error))
    return entry.done(
        files=[path.relative_to(task.out) for path in files],
        tracks=[item.track.title for item in arrangement.items],
        reasons=best.reasons,
        fit=best.fit,
        notes=[*ranked.notes, *notes],
        picture=thumbnail(analysis.filmstrip),
    )


def _write(
    clip: ClipAnalysis, best: Recommendation, task: _Task, progress: Progress
) -> "tuple[Arrangement, list[Path], list[str]]":
    """Write a clip's files; return its arrangement, the files, and notes on them."""
    settings = load_settings()
    target_lufs = TARGETS_LUFS[settings.loudness]
    arrangement = best.arrangement
    if task.options.by_scenes:
        arrangement = arrange_scenes(clip, task.options.ranking, progress, task.libraries)
    arrangement = level_isolated(arrangement, target_lufs, progress)
    arrangement = with_ducking(arrangement, clip.sound, settings)
    folder = task.out / clip.info.path.relative_to(task.folder)
    exports: list[tuple[ExportFormat, ExportTask]] = []
    kinds = [kind for kind in FORMATS if kind.name in task.options.formats]
    outs = named_targets(folder, clip.info.path.stem, kinds)
    for kind, out in zip(kinds, outs, strict=True):
        plan = plan_export(kind, clip.info, out)
        exports.append((kind, ExportTask(clip.info, arrangement, plan.out, True, plan)))
    plans = write_exports(exports, progress)
    return arrangement, [plan.out for plan in plans], [n for plan in plans for n in plan.notes]


def _name(clip: Path, folder: Path) -> str:
    return clip.relative_to(folder).as_posix()
