"""The matching pack is changed from the window: it ranks at once, and undo goes back."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.settings.pack_use import PackUse, describe_step
from engine.encoders.matching import MUSIC
from engine.errors import SoundbedError
from engine.progress import Progress, ProgressStep, silent
from engine.stories.choose_pack import PackChange, use_pack
from engine.stories.known_packs import bundled_pack, pack_in_use
from tests.current_packs import WHY, current_pack
from tests.desktop.driving import OpenClip
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def packs(window: MainWindow, open_clip: OpenClip, clip_file: Path) -> PackUse:
    """How packs are changed in a window with a clip."""
    open_clip(clip_file)
    return window.settings.packs


def test_the_list_is_ranked_with_the_new_pack_and_undo_goes_back(
    packs: PackUse, window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    mine, n_ranked = current_pack("mine"), len(session.asked_options)
    with qtbot.waitSignals([packs.changed, window.workspace.ranked]):
        packs.use(mine)
    assert pack_in_use() == mine
    assert len(session.asked_options) == n_ranked + 1
    assert window.strip.text == "Music is now ranked with “mine”."
    assert window.workspace.changes.undo_name == "Choose matching pack"
    with qtbot.waitSignals([packs.changed, window.workspace.ranked]):
        window.workspace.changes.undo()
    assert pack_in_use() == bundled_pack()
    with qtbot.waitSignals([packs.changed, window.workspace.ranked]):
        window.workspace.changes.redo()
    assert pack_in_use() == mine


def test_one_goes_back_and_that_can_be_undone(packs: PackUse, qtbot: QtBot) -> None:
    mine = current_pack("mine")
    with qtbot.waitSignal(packs.changed):
        packs.use(mine)
    with qtbot.waitSignal(packs.changed) as changed:
        packs.roll_back()
    assert pack_in_use() == bundled_pack() and changed.args[0].id == "soundbed-2"


def test_the_old_pack_ranks_until_the_tracks_are_embedded(
    packs: PackUse, window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    session.pack_gate = threading.Event()
    packs.use(current_pack("mine"))
    qtbot.waitUntil(lambda: "Embedding tracks · 1 of 4" in window.strip.text)
    with qtbot.waitSignal(window.workspace.ranked):
        window.workspace.rank()
    assert pack_in_use() == bundled_pack()
    # A second change meanwhile isn't begun.
    packs.use(current_pack("other"))
    assert window.runner.n_running == 1
    with qtbot.waitSignal(packs.ended):
        window.strip.cancel()
    assert pack_in_use() == bundled_pack()
    assert window.strip.text == "Cancelled: the matching pack in use stays."
    assert not packs.is_running
    assert window.workspace.changes.undo_name != "Choose matching pack"


def test_a_change_that_was_cancelled_too_late_is_told_and_can_be_undone(
    packs: PackUse,
    window: MainWindow,
    session: FakeSession,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine, use = current_pack("mine"), session.use_pack

    def use_and_cancel(folder: Path, progress: Progress, *, force: bool = False) -> PackChange:
        change = use(folder, progress, force=force)
        progress.cancel()
        return change

    monkeypatch.setattr(session, "use_pack", use_and_cancel)
    with qtbot.waitSignals([packs.changed, window.workspace.ranked]):
        packs.use(mine)
    assert pack_in_use() == mine
    assert window.strip.text == "Music is now ranked with “mine”."
    assert window.workspace.changes.undo_name == "Choose matching pack"


def edited(folder: Path) -> None:
    (folder / MUSIC).write_bytes(b"other")


def newer(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"format": 2}')


def damaged(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (shutil.rmtree, "missing"),
        (edited, "edited or is incomplete"),
        (newer, "another version of Soundbed"),
        (damaged, "manifest is damaged"),
    ],
)
def test_a_pack_that_cannot_be_used_leaves_the_one_in_use(
    damage: Callable[[Path], object],
    says: str,
    packs: PackUse,
    window: MainWindow,
    qtbot: QtBot,
) -> None:
    mine = current_pack("mine")
    damage(mine)
    with qtbot.waitSignal(packs.failed) as failed:
        packs.use(mine)
    assert says in str(failed.args[0]) and says in window.strip.text
    assert pack_in_use() == bundled_pack()


def test_a_candidate_is_used_when_the_user_was_warned(packs: PackUse, qtbot: QtBot) -> None:
    worse = current_pack("worse", extra={"candidate": WHY})
    with qtbot.waitSignal(packs.failed):
        packs.use(worse)
    assert pack_in_use() == bundled_pack()
    with qtbot.waitSignal(packs.changed):
        packs.use(worse, force=True)
    assert pack_in_use() == worse


def test_undo_to_a_pack_that_is_gone_says_so_and_can_be_tried_again(
    packs: PackUse, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = current_pack("first"), current_pack("second")
    for folder in (first, second):
        with qtbot.waitSignal(packs.changed):
            packs.use(folder)
    first.rename(tmp_path / "first")
    with qtbot.waitSignal(window.workspace.changes.failed):
        window.workspace.changes.undo()
    assert pack_in_use() == second
    (tmp_path / "first").rename(first)
    with qtbot.waitSignal(packs.changed):
        window.workspace.changes.undo()
    assert pack_in_use() == first


def test_undo_after_another_program_chose_a_pack_changes_nothing(
    packs: PackUse, window: MainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(packs.changed):
        packs.use(current_pack("first"))
    second = current_pack("second")
    use_pack(second, silent())
    errors: list[SoundbedError] = []
    window.workspace.changes.failed.connect(errors.append)
    window.workspace.changes.undo()
    qtbot.waitUntil(lambda: bool(errors))
    assert "chosen meanwhile" in str(errors[0]) and pack_in_use() == second


def test_a_pack_with_another_picture_network_looks_at_the_clip_again(
    packs: PackUse, window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    workspace = window.workspace
    clip = workspace.clip
    assert clip is not None
    # As if it had been analysed with the network of the pack before.
    older = replace(clip, features=replace(clip.features, version="video-0"))
    ((path, (stamp, _)),) = workspace.analyses._known.items()
    workspace.analyses._known[path] = stamp, older
    workspace.clip = older
    with qtbot.waitSignals([packs.changed, workspace.clip_opened]):
        packs.use(current_pack("mine"))
    assert workspace.clip.features.version == clip.features.version


def test_the_words_of_a_step() -> None:
    step = ProgressStep("Embedding tracks", 64, 12_000, left_s=200.0)
    words = describe_step(step)
    assert words == "Another matching pack · Embedding tracks · 64 of 12000 · about 3 minutes left"
    assert describe_step(ProgressStep("Checking the pack", 0, None)).endswith("Checking the pack")
