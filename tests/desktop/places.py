"""Every place of the window that has a clip: each goes there, yields it, and goes back."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from desktop.library.edit_dialog import EditDialog
from desktop.main_window import MainWindow
from desktop.settings.compare_dialog import CompareDialog
from desktop.settings.pack_report import ReportDialog
from desktop.settings.packs_dialog import PacksDialog
from engine.encoders.matching import MUSIC
from engine.encoders.pack_manifest import CARD
from engine.export.formats import FORMATS
from engine.library.shortlists import AddToShortlist
from engine.progress import Progress
from tests.current_packs import current_pack
from tests.desktop.fake_session import FakeSession
from tests.desktop.fake_training import N_EPOCHS

Settle = Callable[[], None]
Visit = Iterator[tuple[str, QWidget]]
Place = Callable[[MainWindow, Settle], Visit]


def list_of_tracks(window: MainWindow, settle: Settle) -> Visit:
    yield "the list", window
    window.results.search.setText("no title has this")
    settle()
    yield "nothing found", window
    window.results.search.clear()
    settle()


def filters(window: MainWindow, settle: Settle) -> Visit:
    request = window.workspace.request
    genre = next(iter(window.session.filter_words()["genre"]))
    request.update(filters={"genre": (genre,), "bpm": (60.0, 150.0)}, at_once=True)
    settle()
    yield "filters", window
    for name, control in window.results.filters.controls.items():
        menu = control.entry.menu()
        if isinstance(menu, QMenu) and menu.actions():
            yield from _popped_up(f"filter {name}", menu, window)
    yield from _popped_up("more filters", window.results.filters.more.menu(), window)
    yield from _popped_up("sort", window.results.sort.menu(), window)
    window.results.filters.clear()
    settle()


def scene(window: MainWindow, settle: Settle) -> Visit:
    window.workspace.scenes.select(0)
    settle()
    yield "a scene", window
    window.workspace.scenes.select(None)
    settle()


def wishes(window: MainWindow, settle: Settle) -> Visit:
    for text in ("calm piano", "-drums", "a long description of warm, slow and quiet music"):
        window.results.wishes.describe(text)
    settle()
    yield "wishes", window
    window.results.clear()
    settle()


def mood_pad(window: MainWindow, settle: Settle) -> Visit:
    window.results.mood_dock.button.setChecked(True)
    settle()
    yield "mood pad", window.results.mood.window()
    window.results.mood_dock.button.setChecked(False)
    settle()


def shortlist(window: MainWindow, settle: Settle) -> Visit:
    clip, lists = window.workspace.clip, window.results.lists
    assert clip is not None
    lists.show_shortlist(True)
    settle()
    yield "empty shortlist", window
    rows = [window.results.model.at(row) for row in range(4)]
    hashes = tuple(row.track.file.content_hash for row in rows if row is not None)
    window.workspace.changes.do(AddToShortlist(clip.content_hash, hashes))
    settle()
    yield "shortlist", window
    for blind in (False, True):
        lists.compare(blind)
        settle()
        yield "blind comparison" if blind else "comparison", window
    lists.show_shortlist(False)
    settle()


def several_pieces(window: MainWindow, settle: Settle) -> Visit:
    window.preview.editor.commands.arrange_scenes()
    settle()
    yield "music for each scene", window
    yield from _popped_up("menu of the timeline", window.preview.editor.commands.menu(), window)
    menu = window.results.row_actions.menu()
    if menu is not None:
        yield from _popped_up("menu of the list", menu, window)
    window.workspace.changes.undo()
    settle()


def menus(window: MainWindow, settle: Settle) -> Visit:
    for action in window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        yield from _popped_up(f"menu {action.text()}", menu, window)
    window.preview.speech.panel.show()
    settle()
    yield "music under speech", window.preview.speech.panel
    window.preview.speech.panel.hide()
    yield from _popped_up("loudness", window.preview.loudness.menu(), window)


def decisions(window: MainWindow, settle: Settle) -> Visit:
    window.pick()
    settle()
    yield from _dialog("picks", window.decided.show_picks(), settle)
    yield from _dialog("taste", window.decided.show_taste(), settle)
    yield "slider of taste", window


def settings(window: MainWindow, settle: Settle) -> Visit:
    window.settings.show()
    assert window.settings.dialog is not None
    dialog = window.settings.dialog
    settle()
    yield "settings", dialog
    with TemporaryDirectory() as folder:
        packs = dialog.show_packs()
        settle()
        yield from _matching_packs(packs, Path(folder), settle)
    dialog.reject()
    settle()


def _matching_packs(packs: PacksDialog, folder: Path, settle: Settle) -> Visit:
    (current_pack("a damaged pack with a long name", inside=folder) / MUSIC).unlink()
    why = "It is worse than the pack in use. " * 6
    card = {CARD: b"# A report\n\nIt learnt from nothing.\n" * 20}
    current_pack("worse", inside=folder, files=card, extra={"candidate": why})
    packs.add_folder(folder)
    settle()
    for row in range(3):
        packs.tree.setCurrentIndex(packs.tree.model().index(row, 0))
        yield f"matching pack {row}", packs
    packs.report.click()
    settle()
    (report,) = packs.findChildren(ReportDialog)
    yield from _dialog("report of a pack", report, settle)
    packs.compare.click()
    (compare,) = packs.findChildren(CompareDialog)
    compare.with_picks.setChecked(True)
    compare.compare.click()
    yield from _dialog("comparison of packs", compare, settle)
    packs.reject()
    settle()


def tour(window: MainWindow, settle: Settle) -> Visit:
    window.tour.start()
    overlay = window.tour.overlay
    assert overlay is not None
    for step in range(1, 4):
        settle()
        yield f"tour {step}", overlay
        overlay.next.click()
    settle()


def training(window: MainWindow, settle: Settle) -> Visit:
    shown = window.training.show()
    shown.resize(shown.size().boundedTo(window.size()))
    settle()
    yield "training: edits", shown
    assert window.workspace.clip is not None
    shown.choose.edits.set_path(window.workspace.clip.info.path.parent)
    shown.next.click()
    settle()
    yield "training: what is used", shown
    session = window.session
    assert isinstance(session, FakeSession)
    session.training_gate = threading.Event()
    shown.next.click()
    while len(window.training.run.points) < N_EPOCHS:
        QTest.qWait(5)
    yield "training: how it learns", shown
    session.training_gate.set()
    settle()
    yield "training: the result", shown
    shown.reject()
    settle()
    window.strip.hide()


def exports(window: MainWindow, settle: Settle) -> Visit:
    yield from _opened("hand over", window, window.exports.hand_over, settle)
    for kind, action in zip(FORMATS, window.exports.actions, strict=True):
        if kind.text is not None:
            yield from _opened(f"text of {kind.name}", window, action.trigger, settle)
    yield from _opened("batch", window, window.batch.ask, settle)


def help_dialogs(window: MainWindow, settle: Settle) -> Visit:
    yield from _opened("about", window, window.menus.show_about, settle)
    yield from _opened("licences", window, window.menus.show_licences, settle)
    yield from _opened("keyboard shortcuts", window, window.menus.show_keys, settle)


def library(window: MainWindow, settle: Settle) -> Visit:
    shown = window.library.show()
    shown.resize(shown.size().boundedTo(window.size()))
    settle()
    for page in range(shown.tabs.count()):
        shown.tabs.setCurrentIndex(page)
        settle()
        yield f"library: {shown.tabs.tabText(page)}", shown
    shown.tabs.setCurrentIndex(0)
    shown.tracks.editing.ask([1])
    settle()
    for dialog in shown.findChildren(EditDialog):
        yield from _dialog("edit a track", dialog, settle)
    shown.close()
    restore = window.library_notice.ask()
    yield from _dialog("restore", restore, settle)


def several_clips(window: MainWindow, settle: Settle) -> Visit:
    assert window.workspace.clip is not None
    path = window.workspace.clip.info.path
    with TemporaryDirectory() as folder:
        names = ("a second clip", "another clip with quite a long name", "third")
        copies = [Path(folder) / f"{name}{path.suffix}" for name in names]
        for copy in copies:
            shutil.copyfile(path, copy)
        broken = Path(folder) / "gone.mp4"
        window.clips.add([path, *copies, broken])
        settle()
        yield "several clips", window
        window.open_clip(broken)
        settle()
        yield "a clip that can't be used", window
        window.open_clip(path)
        settle()
        window.clips.remove_others(path)
        settle()


def tasks(window: MainWindow, settle: Settle) -> Visit:
    stop = threading.Event()

    def work(progress: Progress) -> None:
        while not stop.wait(0.02):
            progress.step("Analysing", 12, 250, "A song with quite a long name.mp3")

    job = window.runner.start(work)
    title = "Adding a folder of music"
    window.strip.follow(job, title, lambda _: ("Done", None), can_pause=True)
    QTest.qWait(200)
    yield "a task", window
    stop.set()
    settle()
    window.strip.say("Saved clip with music.mp4", Path("clip with music.mp4"))
    yield "a finished task", window
    window.strip.hide()


def notices(window: MainWindow, settle: Settle) -> Visit:
    window.music_notice.show()
    window.library_notice.show()
    window.strip.say("The file A long name of a clip.mp4 can't be written: " * 3)
    settle()
    yield "notices", window
    window.music_notice.hide()
    window.library_notice.hide()
    window.strip.hide()


def _dialog(name: str, dialog: QDialog, settle: Settle) -> Visit:
    settle()
    yield name, dialog
    dialog.reject()
    settle()


def _opened(name: str, window: MainWindow, show: Callable[[], object], settle: Settle) -> Visit:
    before = set(window.findChildren(QDialog))
    show()
    (dialog,) = set(window.findChildren(QDialog)) - before
    yield from _dialog(name, dialog, settle)


def _popped_up(name: str, menu: QMenu, window: MainWindow) -> Visit:
    menu.popup(window.mapToGlobal(QPoint(40, 40)))
    yield name, menu
    menu.close()


PLACES: tuple[Place, ...] = (
    list_of_tracks,
    filters,
    scene,
    wishes,
    mood_pad,
    shortlist,
    several_pieces,
    menus,
    decisions,
    settings,
    tour,
    training,
    exports,
    help_dialogs,
    library,
    tasks,
    several_clips,
    notices,
)
