"""The start page names the recent clips and what was picked for them."""

from pathlib import Path

from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from desktop.clip.picked_titles import picked_titles
from desktop.clip.welcome import Welcome
from desktop.main_window import MainWindow
from engine.library.library import Library
from engine.library.picks import AddPick, Pick


def texts(welcome: Welcome) -> list[str]:
    return [
        button.text()
        for button in welcome.findChildren(QPushButton)
        if button.objectName() == "flat"
    ]


def test_recent_clips_show_what_was_picked_for_them(qtbot: QtBot) -> None:
    welcome = Welcome()
    qtbot.addWidget(welcome)
    beach, snow = Path("/clips/beach & sea.mp4"), Path("/clips/snow.mp4")
    welcome.show_recent([beach, snow])
    assert texts(welcome) == ["beach && sea.mp4", "snow.mp4"]
    welcome.show_picks({beach: ("Tidal Glass", "Night Drive", "Third"), Path("/other.mp4"): ("x",)})
    assert texts(welcome) == ["beach && sea.mp4  ·  Tidal Glass, Night Drive …", "snow.mp4"]
    welcome.show_picks({})
    assert texts(welcome) == ["beach && sea.mp4", "snow.mp4"]


def test_a_long_title_is_cut_and_the_whole_is_read_out(qtbot: QtBot) -> None:
    welcome = Welcome()
    qtbot.addWidget(welcome)
    clip = Path("/clips/a.mp4")
    welcome.show_picks({clip: ("t" * 10_000,)})
    welcome.show_recent([clip])
    (button,) = welcome._buttons_by_clip.values()
    assert button.sizeHint().width() < 700
    assert button.accessibleName().endswith("t" * 100)


def test_picks_are_found_by_the_clips_path_the_latest_first(tmp_path: Path) -> None:
    library = Library.open()
    clip = tmp_path / "a.mp4"
    for number, title in enumerate(("First", "Second")):
        pick = Pick("hash", f"track-{number}", title, (), f"2026-05-0{number + 1}", clip)
        library.apply(AddPick(pick))
    library.apply(AddPick(Pick("other", "track", "Unknown clip", (), "2026-05-03")))
    assert picked_titles(library) == {clip: ("Second", "First")}


def test_the_menu_and_the_start_page_use_the_same_words(window: MainWindow) -> None:
    (file,) = [each for each in window.menuBar().findChildren(QMenu) if each.title() == "&File"]
    in_menu = {each.text().replace("&", ""): each.toolTip() for each in file.actions()}
    on_page = {each.text(): each.toolTip() for each in window.welcome.findChildren(QPushButton)}
    assert set(in_menu) & set(on_page) == {"Open a clip…", "Music for a folder of clips…"}
    for text in set(in_menu) & set(on_page):
        assert in_menu[text] == on_page[text] != ""
