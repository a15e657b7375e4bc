"""What a row says in little room."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from desktop.results.row_layout import RowFonts, RowText, RowTexts, fitting
from desktop.results.row_words import Fact, RowMarks, plain
from desktop.theme import Theme
from engine.library.tracks import Track
from engine.stories.recommend import Recommendation
from tests.desktop.results.lists import made_item

FACTS = (Fact("Long Artist Name", 4, True), Fact("calm", 6), Fact("90 BPM", 7), Fact("A minor", 3))


@pytest.fixture
def fonts(qapp: QApplication) -> RowFonts:
    return RowFonts(QFont(), is_small=False)


def with_title(title: str) -> Recommendation:
    item = made_item(1)
    track: Track = replace(item.track, tags=replace(item.track.tags, title=title))
    return replace(item, track=track)


def text_of(fonts: RowFonts, title: str, width: float, marks: RowMarks | None = None) -> RowText:
    return RowTexts().get(with_title(title), marks or RowMarks(), fonts, width)


def test_the_least_important_facts_go_first(fonts: RowFonts) -> None:
    width = fonts.smalls.horizontalAdvance
    assert fitting(FACTS, fonts.smalls, 10_000) == "Long Artist Name · calm · 90 BPM · A minor"
    assert fitting(FACTS, fonts.smalls, width("calm · 90 BPM · A minor") + 1) == (
        "calm · 90 BPM · A minor"
    )
    assert fitting(FACTS, fonts.smalls, width("calm · 90 BPM") + 1) == "calm · 90 BPM"
    assert fitting(FACTS, fonts.smalls, width("calm · 90 BPM") - 1) == "90 BPM"


def test_a_name_is_shortened_and_a_number_never(fonts: RowFonts) -> None:
    width = fonts.smalls.horizontalAdvance("calm · 90 BPM") + 90
    shown = fitting(FACTS[:3], fonts.smalls, width)
    assert shown.startswith("Long") and "… · calm · 90 BPM" in shown
    assert fonts.smalls.horizontalAdvance(shown) <= width + 1
    assert fitting((), fonts.smalls, 100) == ""
    assert fitting((Fact("a very long placement of the beat", 1),), fonts.smalls, 60).endswith("…")


def test_an_endless_title_is_shortened(fonts: RowFonts) -> None:
    text = text_of(fonts, "endless " * 1250, 300)
    assert text.title.endswith("…")
    assert text.title_width + text.genre_width <= 300


def test_a_genre_beside_a_long_title_is_a_fact(fonts: RowFonts) -> None:
    beside = text_of(fonts, "A title of some length", 400)
    assert (beside.genre, "folk" in beside.facts) == ("folk", False)
    width = fonts.titles.horizontalAdvance("A title of some length") + 10
    below = text_of(fonts, "A title of some length", width)
    assert (below.title, below.genre) == ("A title of some length", "")
    assert "folk" in below.facts


def test_where_it_was_used_comes_before_the_reasons(fonts: RowFonts) -> None:
    text = text_of(fonts, "A", 400, RowMarks(used="used in a.mp4, May"))
    assert text.used.startswith("used in")
    assert text.used_width > 0
    assert text.reasons == "warm ↔ folk"


def test_a_small_list_has_two_lines(qapp: QApplication, fonts: RowFonts) -> None:
    small = RowFonts(QFont(), is_small=True)
    assert small.height < 0.75 * fonts.height
    text = text_of(small, "A", 300, RowMarks(used="used in a.mp4, May"))
    assert text.reasons == ""
    assert "90 BPM" in text.facts


def test_right_to_left_tags_leave_their_neighbours_in_place() -> None:
    assert plain("שלום 12") == "\u2068שלום 12\u2069"
    assert plain("two\nlines\tof  text") == "two lines of text"
    assert plain("中文 <b>") == "中文 <b>"
    assert len(plain("x" * 10_000)) == 200


def test_a_row_is_measured_once(fonts: RowFonts) -> None:
    texts, item = RowTexts(), made_item(1)
    first = texts.get(item, RowMarks(), fonts, 300)
    assert texts.get(item, RowMarks(), fonts, 300) is first
    assert texts.get(item, RowMarks(), fonts, 301) is not first
    texts.clear()
    assert texts.get(item, RowMarks(used="used"), fonts, 300).used == "used"


def test_the_marks_of_a_row_grow_with_the_text(theme: Theme) -> None:
    usual = RowFonts(QFont(), is_small=False)
    theme.choose_text_size(200)
    large = RowFonts(QFont(), is_small=False)
    theme.choose_text_size(100)
    assert (usual.mark_size, large.mark_size) == (15.0, 22.5)
    assert (usual.number_icon_size, large.number_icon_size) == (18.0, 27.0)
    assert large.number_width(1) >= 27.0
