"""The window: the start page, and the editor with preview, music and list of tracks."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.batch.actions import BatchActions
from desktop.clip.analysing import Analysing, Problem
from desktop.clip.clip_tabs import ClipTabs
from desktop.clip.music_notice import MusicNotice
from desktop.clip.open_clips import OpenClips
from desktop.clip.picked_titles import picked_titles
from desktop.clip.saved_session import SavedSession
from desktop.clip.welcome import Welcome
from desktop.deciding.dialogs import DecidingDialogs
from desktop.deciding.picking import pick_playing
from desktop.export.actions import ExportActions
from desktop.export.drag_handle import DragHandle
from desktop.export.dragged_files import DraggedFiles
from desktop.header import Header
from desktop.jobs import JobRunner, Lane
from desktop.keys import binding_for, focus_by_tab_only, playback_keys, rank_for, step_for
from desktop.library.actions import LibraryActions
from desktop.library.notice import LibraryNotice
from desktop.library.offer import ask_about
from desktop.menus import KeyTables, Menus
from desktop.pages import Pages
from desktop.preview.player import Player
from desktop.preview.preview_panel import PreviewPanel
from desktop.quitting import may_quit
from desktop.recent import RecentClips
from desktop.results.results_panel import ResultsPanel
from desktop.scrolling import LeastSizeArea
from desktop.session import FileKind, Session
from desktop.settings.actions import SettingsActions
from desktop.sound_note import SoundNote
from desktop.task_strip import TaskStrip
from desktop.theme import Theme
from desktop.tour import Tour, tour_steps
from desktop.training.actions import TrainingActions
from desktop.wishes.actions import WishActions
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.paths import demo_clip
from engine.settings import load_settings
from engine.stories.analyse import ClipAnalysis
from engine.translation import tr

_GEOMETRY, _SPLIT = "window/geometry", "window/split"
_NOTICE_MS = 8000
_KNOWN_CLIP_MS = 300


class MainWindow(QMainWindow):
    """Connects the parts of the window with the workspace.

    Args:
        session: the engine.
        theme: the theme that the View menu switches.
        store: saves the geometry and the recent clips.
        player: for tests; by default one with this machine's audio device.
    """

    def __init__(
        self, session: Session, theme: Theme, store: QSettings, player: Player | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("Soundbed")
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self._theme = theme
        self._store = store
        self._warning = ""
        self._known_clip = QTimer(self, singleShot=True, interval=_KNOWN_CLIP_MS)
        self._settings = load_settings(self._keep_warning)
        self.runner = JobRunner(self)
        self.session = session
        self.workspace = Workspace(session, self.runner, self._settings, self)
        self.clips = OpenClips(self.workspace, self)
        self.tabs = ClipTabs(self.clips)
        self.saved_session = SavedSession(self.clips, self.workspace, store, self)
        self.recent = RecentClips(store)
        self.music_notice = MusicNotice(self.workspace, store)
        self.library_notice = LibraryNotice(session, self.runner)
        self.welcome = Welcome()
        self.analysing = Analysing()
        self.problem = Problem()
        self.preview = PreviewPanel(self.workspace, player)
        self.results = ResultsPanel(self.workspace)
        self.decided = DecidingDialogs(self.workspace, self.results.marks, self)
        self.strip = TaskStrip()
        self.header = Header()
        self.library = LibraryActions(self.workspace, self.strip, self.library_notice, self)
        self.exports = ExportActions(self.workspace, self.strip, self, store)
        self.batch = BatchActions(self.workspace, self.strip, self, store)
        files = DraggedFiles(self.workspace, self.strip)
        self.drag_handle = DragHandle(files, self.workspace, store)
        playback = playback_keys(self.preview.player, self.preview.editor.commands.slip_by_beat)
        timeline = self.preview.editor.commands.keys()
        deciding = (*self.results.deciding.keys(), *self.results.lists.keys())
        self.bindings = (*playback, *timeline, *deciding)
        self.menus = Menus(
            self.menuBar(),
            [*self.exports.actions, self.exports.several],
            self.batch.action,
            self.workspace.changes,
            KeyTables(playback, timeline, deciding),
            theme,
        )
        self.wishes = WishActions(
            self.workspace, self.results.selected_tracks, self.results.mood_dock.toggle, self
        )
        self.wishes.song_chosen.connect(self.results.wishes.add_song)
        self.menus.add_list_menu([*self.results.actions_of_menu(), *self.wishes.all])
        self.results.add_row_actions(self.wishes.for_tracks)
        self.results.view.selection_told.connect(self.say)
        self.settings = SettingsActions(self.workspace, theme, self.strip, self)
        self.training = TrainingActions(self.workspace, self.strip, self.settings.packs, self)
        self._lay_out()
        self._connect()
        self.tour = Tour(self, tour_steps(self.results, self.preview.editor, self.header), store)
        self.tour.ended.connect(self.results.view.setFocus)
        self._restore()

    def _lay_out(self) -> None:
        self._editor = QSplitter(Qt.Orientation.Horizontal)
        self._editor.addWidget(self.preview)
        self._editor.addWidget(self.results)
        self._editor.setStretchFactor(0, 3)
        self._editor.setStretchFactor(1, 1)
        self._editor.setChildrenCollapsible(False)
        self._editor.setHandleWidth(12)
        self._editor.setSizes([860, 500])
        self.pages = Pages()
        for page in (self.welcome, self.analysing, self.problem, self._editor):
            self.pages.addWidget(page)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(14, 4, 14, 4)
        layout.setSpacing(10)
        layout.addWidget(self.header)
        layout.addWidget(self.tabs)
        layout.addWidget(self.library_notice)
        layout.addWidget(self.music_notice)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(LeastSizeArea(body))
        self._sound_note = SoundNote(self.statusBar())
        self.statusBar().setSizeGripEnabled(False)
        self.strip.float_over(self.statusBar())
        focus_by_tab_only(self)

    def _connect(self) -> None:
        workspace = self.workspace
        workspace.outdated.connect(self.strip.offer)
        self.welcome.open_requested.connect(self.ask_for_clip)
        self.welcome.batch_requested.connect(self.batch.ask)
        self.welcome.demo_requested.connect(lambda: self.open_clip(demo_clip()))
        self.welcome.recent_requested.connect(self.open_clip)
        self.analysing.cancel_requested.connect(workspace.stop_analysis)
        self.problem.open_requested.connect(self.ask_for_clip)
        self.problem.back_requested.connect(self._show_home)
        self.problem.back_requested.connect(self.clips.go_back)
        workspace.analysing.connect(self._show_analysis)
        self._known_clip.timeout.connect(lambda: self._show_page(self.analysing))
        workspace.progressed.connect(self.analysing.show_step)
        workspace.clip_opened.connect(self._show_clip)
        workspace.clip_failed.connect(self._show_problem)
        workspace.analysis_stopped.connect(self._show_home)
        workspace.error_occurred.connect(self.show_error)
        workspace.changes.undone.connect(
            lambda change: self.say(tr("Undone: {change}").format(change=change))
        )
        workspace.changes.redone.connect(
            lambda change: self.say(tr("Redone: {change}").format(change=change))
        )
        self.results.picked.connect(self.pick)
        self.results.lists.comparison.titles_hidden.connect(self.preview.timeline.hide_titles)
        self.results.deciding.said.connect(self.say)
        self.results.deciding.offered.connect(self.strip.offer)
        self.results.drop.others_dropped.connect(self.open_dropped)
        self.results.library_requested.connect(self.library.show)
        self.library.changed.connect(self.results.rank_again)
        self.preview.failed.connect(self.show_error)
        self.preview.player.sound_device_changed.connect(self._sound_note.show_device)
        self.menus.open_requested.connect(self.ask_for_clip)
        self.menus.step_requested.connect(self.clips.step)
        self.menus.recent_requested.connect(self.open_clip)
        self.menus.quit_requested.connect(self.close)
        self.menus.library_requested.connect(self.library.show)
        self.menus.settings_requested.connect(self.settings.show)
        self.settings.library_requested.connect(self.library.show)
        self.settings.failed.connect(self.show_error)
        self.menus.tour_requested.connect(lambda: self.tour.start())
        self.menus.folder_requested.connect(self.library.ask_for_folder)
        self.menus.picks_requested.connect(self.decided.show_picks)
        self.menus.taste_requested.connect(self.decided.show_taste)
        self.menus.training_requested.connect(self.training.show)
        self.results.taste_requested.connect(self.decided.show_taste)
        self.decided.clip_requested.connect(self.open_clip)
        self.header.open_requested.connect(self.ask_for_clip)
        self.header.library_requested.connect(self.library.show)
        self.header.set_export_menu(
            self.exports.actions, [self.exports.several, self.exports.count_as_pick]
        )
        self.header.add_tool(self.drag_handle)
        self.exports.several.enabledChanged.connect(self.drag_handle.setEnabled)

    # Opening a clip

    def open_clip(self, path: Path) -> None:
        """Analyse a clip and open it."""
        self.preview.player.pause()
        self.clips.open(path)

    def ask_for_clip(self) -> None:
        """Open the clips that the user chooses in a dialog."""
        folder = self._settings.last_folder or str(Path.home())
        chosen, _ = QFileDialog.getOpenFileNames(
            self,
            tr("Open clips"),
            folder,
            f"{tr('Videos and pictures')} ({self.session.video_patterns()});;{tr('All files')} (*)",
        )
        if chosen:
            self.preview.player.pause()
            self.clips.add([Path(path) for path in chosen])

    def _show_analysis(self, path: Path) -> None:
        self.preview.player.pause()
        self.workspace.play_when_ready = False
        self.analysing.start(path)
        self.header.show_name(path)
        if self.workspace.analyses.knows(path):
            # Shown at once; the page would only flicker.
            self._set_clip_shown(False)
            self._known_clip.start()
        else:
            self._show_page(self.analysing)

    def _show_page(self, page: QWidget) -> None:
        self._known_clip.stop()
        self.pages.setCurrentWidget(page)
        if page is self.analysing:
            page.setFocus()
        self._set_clip_shown(page is self._editor)

    def _set_clip_shown(self, is_shown: bool) -> None:
        """Enable what works on the clip that the user sees."""
        self.exports.set_shown(is_shown)
        self.music_notice.set_clip_shown(is_shown)
        self.menus.set_clip_shown(is_shown)

    def _show_clip(self, clip: ClipAnalysis) -> None:
        self.header.show_clip(clip)
        self.setWindowTitle(f"{self.header.name} – Soundbed")
        self._show_page(self._editor)
        self.results.view.setFocus()
        self.recent.add(clip.opened_path)
        self.menus.show_recent(self.recent.clips())
        self._sound_note.show_device(self.preview.player.has_sound_device)

    def _show_problem(self, error: SoundbedError) -> None:
        self.problem.show_error(error)
        self._show_page(self.problem)

    def _show_home(self) -> None:
        clip = self.workspace.clip
        self.header.show_clip(clip)
        self._show_page(self._editor if clip else self.welcome)
        self.results.view.setFocus()

    def pick(self) -> None:
        """Make the track under the clip the user's pick."""
        track = pick_playing(self.workspace)
        if track is not None:
            self.say(tr("{title} is your pick. Export it with Ctrl+E.").format(title=track.title))

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders."""
        if _dropped_paths(event):
            event.acceptProposedAction()
            self.welcome.set_dragging(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Remove the highlight."""
        self.welcome.set_dragging(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open dropped videos, or ask what to do with a folder."""
        self.welcome.set_dragging(False)
        paths = _dropped_paths(event)
        if not paths:
            return
        event.acceptProposedAction()
        job = self.runner.start(lambda _: [(path, self.session.kind_of(path)) for path in paths])
        job.succeeded.connect(self.open_dropped)
        job.failed.connect(self.show_error)

    def open_dropped(self, found: Sequence[tuple[Path, FileKind]]) -> None:
        """Open videos; without any, ask about the folder, or that of the audio file."""
        videos = [path for path, kind in found if kind is FileKind.VIDEO]
        if videos:
            self.preview.player.pause()
            self.clips.add(videos)
            return
        answer = ask_about(*found[0], self)
        if answer is not None and answer.is_batch:
            self.batch.ask(answer.folder)
        elif answer is not None:
            self.library.scans.add_folder(answer.folder)

    # Keys, notices, state

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on the playback shortcuts that the focused control doesn't use."""
        binding, rank, step = binding_for(event, self.bindings), rank_for(event), step_for(event)
        is_shown = self.pages.currentWidget() is self._editor and not self._known_clip.isActive()
        if is_shown and binding is not None:
            binding.act()
        elif is_shown and rank is not None:
            self.results.choose_rank(rank)
        elif is_shown and step is not None:
            self.results.choose_neighbour(step)
        else:
            super().keyPressEvent(event)

    def say(self, text: str) -> None:
        """Show a short message in the status bar."""
        self.statusBar().showMessage(text, _NOTICE_MS)
        if self.strip.isVisible():
            # It lies over the status bar.
            self.strip.notify(text)

    def show_error(self, error: SoundbedError) -> None:
        """Show an error that doesn't interrupt the work."""
        if self.strip.busy:
            self.say(str(error))
        else:
            self.strip.say(str(error))

    def _keep_warning(self, warning: str) -> None:
        self._warning = warning

    def _restore(self) -> None:
        self._theme.choose(self._settings.theme)
        geometry = self._store.value(_GEOMETRY)
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(1400, 880)
        split = self._store.value(_SPLIT)
        if isinstance(split, QByteArray):
            self._editor.restoreState(split)
        self.results.mood_dock.remember_in(self._store)
        clips = self.recent.clips()
        self.welcome.show_recent(clips)
        self.menus.show_recent(clips)
        job = self.runner.start(lambda _: self.session.read(picked_titles))
        job.succeeded.connect(self.welcome.show_picks)
        self._set_clip_shown(False)
        self.drag_handle.setEnabled(self.exports.several.isEnabled())
        if self._warning:
            self.strip.say(self._warning)
        self.runner.start(lambda _: self.session.tidy(), Lane.WRITE)
        self.library.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask before a task is cancelled; save settings and geometry."""
        if not may_quit(self, self.strip, self.batch, self.training):
            event.ignore()
            return
        self.results.release()
        self.saved_session.close()
        self.preview.release()
        self.preview.editor.release()
        self.preview.player.sound.close()
        self.preview.picture.close()
        self._store.setValue(_GEOMETRY, self.saveGeometry())
        self._store.setValue(_SPLIT, self._editor.saveState())
        try:
            self.settings.save(before=self._settings)
        except SoundbedError as error:
            # Closing must never fail for a level or a colour.
            self.say(str(error))
        self.workspace.close()
        super().closeEvent(event)


def _dropped_paths(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
