"""Files that are dragged or copied into other programs: written where they can stay."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QObject, QStandardPaths, QUrl

from desktop.deciding.picking import count_as_picks
from desktop.export.questions import say_busy
from desktop.task_strip import TaskStrip
from desktop.workspace import Workspace
from engine.arrangement.arrangement import Arrangement
from engine.errors import display_path
from engine.export import sound_files
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask
from engine.path_checks import is_there
from engine.progress import Progress
from engine.settings import Settings
from engine.translation import tr

# File managers of GNOME paste from this; all programs take the list of URLs beside it.
_GNOME_COPIED = "x-special/gnome-copied-files"


class DraggedFiles(QObject):
    """Writes a file once for each arrangement and format, into a folder that stays.

    Editing programs refer to a file where they found it, so it is never written into a temporary
    folder, and never written over.

    Args:
        workspace: whose arrangement is written.
        strip: shows progress and where the file is.
    """

    def __init__(self, workspace: Workspace, strip: TaskStrip) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._strip = strip
        self._written: dict[tuple[str, Arrangement], Path] = {}

    @property
    def folder(self) -> Path:
        """Where they are written."""
        return folder_in(self._workspace.settings)

    def ready(self, kind: ExportFormat) -> Path | None:
        """Return the file of the music as it is now, if it is written."""
        arrangement = self._workspace.arrangement
        if arrangement is None:
            return None
        path = self._written.get((kind.name, arrangement))
        return path if path is not None and is_there(path) else None

    def prepare(self, kind: ExportFormat, use: Callable[[Path], object]) -> None:
        """Write the file, unless it is written, and use it.

        Args:
            kind: of the file.
            use: gets the file once it is there.
        """
        from engine.export.music_files import plain_name  # it imports decoders

        clip, music = self._workspace.clip, self._workspace.music
        ready = self.ready(kind)
        if ready is not None:
            use(ready)
            return
        if clip is None or music is None:
            return
        if self._strip.busy:
            say_busy(self._strip.window())
            return
        session, arrangement, folder = self._workspace.session, music.arrangement, self.folder
        titles = " + ".join(dict.fromkeys(item.track.title for item in arrangement.items))
        name = plain_name(f"{display_path(clip.info.path.stem)} - {titles}")
        if kind is sound_files.MIX:
            # Both are WAVs, and only one of them is the music alone.
            name = tr("{name} mix").format(name=name)
        sound = self._workspace.settings.surround

        def write(progress: Progress) -> ExportPlan:
            out = free_path(folder, name, kind, ExportTask(clip.info, arrangement, folder))
            plan = session.plan_export(kind, clip.info, out, sound)
            task = ExportTask(clip.info, arrangement, plan.out, plan=plan)
            return session.export([(kind, task)], progress)[0]

        def done(plan: ExportPlan) -> None:
            self._written[kind.name, arrangement] = plan.out
            count_as_picks(self._workspace, clip, music.tracks)
            use(plan.out)

        job = self._workspace.runner.start(write)
        self._strip.follow(job, kind.texts().task, _describe)
        job.succeeded.connect(done)


def folder_in(settings: Settings) -> Path:
    """Return the folder of the settings, by default one in the user's music."""
    if settings.drag_folder:
        return Path(settings.drag_folder)
    places = QStandardPaths.StandardLocation
    for place in (places.MusicLocation, places.DocumentsLocation):
        found = QStandardPaths.writableLocation(place)
        if found:
            return Path(found) / tr("Soundbed exports")
    return Path.home() / tr("Soundbed exports")


def free_path(folder: Path, name: str, kind: ExportFormat, task: ExportTask) -> Path:
    """Return a file of a format that writes over nothing, not even beside it.

    Args:
        folder: of the file.
        name: without its suffix; a number is added where it is taken.
        kind: the format.
        task: what is written, whatever its file.
    """
    number = 1
    while True:
        stem = name if number == 1 else f"{name} {number}"
        out = folder / f"{stem}{kind.suffixes[0]}"
        beside = kind.beside(ExportTask(task.info, task.arrangement, out))
        if not any(is_there(path) for path in (out, *beside)):
            return out
        number += 1


def mime_data(path: Path) -> QMimeData:
    """Return what another program gets: the file itself, to copy."""
    url = QUrl.fromLocalFile(str(path))
    data = QMimeData()
    data.setUrls([url])
    data.setData(_GNOME_COPIED, QByteArray(b"copy\n" + url.toEncoded().data()))
    return data


def _describe(written: object) -> tuple[str, Path | None]:
    assert isinstance(written, ExportPlan)
    text = tr("Saved {name} in {folder}").format(
        name=display_path(written.out.name), folder=display_path(written.out.parent)
    )
    return " · ".join((text, *written.notes)), written.out
