"""What is written in the timeline fits where it is written, whatever the size of the text."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from desktop.theme import TEXT_SIZES, Theme
from desktop.timeline.clip_painting import label_width_px, small_font
from desktop.timeline.layout import LaneKind, lanes, least_height, ruler_px, title_px


@pytest.fixture(params=TEXT_SIZES)
def metrics(request: pytest.FixtureRequest, theme: Theme) -> Iterator[QFontMetricsF]:
    theme.choose_text_size(request.param)
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setFont(QApplication.font())
    small_font(painter)
    yield QFontMetricsF(painter.font())
    painter.end()
    theme.choose_text_size(100)


def test_titles_and_times_have_room(metrics: QFontMetricsF) -> None:
    rows = lanes(least_height(2, has_sound=True), 2, has_sound=True)
    written = metrics.tightBoundingRect("Ågß 00:00").height()
    assert written <= title_px() <= min(lane.height for lane in rows)
    assert 2 * written <= ruler_px()
    for display, text in (
        ("timecode", "00:00:00:00"),
        ("frames", "123456"),
        ("seconds", "1:02:03"),
    ):
        assert metrics.horizontalAdvance(text) <= label_width_px(display)


@pytest.mark.usefixtures("metrics")
def test_all_lanes_are_in_their_least_height() -> None:
    height = least_height(3, has_sound=True)
    rows = lanes(height, 3, has_sound=True)
    assert rows[-1].kind is LaneKind.VOLUME
    assert rows[-1].bottom == pytest.approx(height, abs=5)
    music = next(lane for lane in rows if lane.kind is LaneKind.MUSIC)
    assert music.height >= title_px() + 25
