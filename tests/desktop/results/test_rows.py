from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop import theme
from desktop.jobs import JobRunner
from desktop.results.model import RECOMMENDATION_ROLE, ResultsModel
from desktop.results.row import RowDelegate
from desktop.results.row_words import accessible_text, facts, leading_moods
from engine.arrangement.segments import Segment
from engine.encoders.fit_levels import Fit
from engine.encoders.profile import Profile
from engine.library.marks import Marks
from engine.media.tags import Tags
from engine.stories.analyse import ClipAnalysis
from engine.stories.recommend import Recommendation, Recommendations
from tests.arrangements import arranged
from tests.ranked_lists import ranked_tracks
from tests.tracks import make_track


def item(
    rank: int = 1, marks: Marks | None = None, fit: Fit = "strong", **values: Any
) -> Recommendation:
    profile: dict[str, Any] = {
        "genre": "folk",
        "moods": {"calm": 0.4, "happy": 1.5, "dark": -2.0, "epic": 0.31, "sad": 0.3},
        "bpm": 91.6,
        "key": "D minor",
        **values,
    }
    track = make_track(
        rank,
        Path(f"/music/{rank}.opus"),
        tags=Tags(f"Song {rank}"),
        profile=Profile(**profile),
        marks=marks,
    )
    arrangement = arranged(Segment(3.0, 0.0, 12.0))
    return Recommendation(rank, 0.625, track, arrangement, ("warm ↔ folk", "slow cuts"), fit)


@pytest.fixture
def model(runner: JobRunner) -> ResultsModel:
    return ResultsModel(runner)


def listed(*items: Recommendation) -> Recommendations:
    return Recommendations(cast(ClipAnalysis, None), "fake", items, ranked_tracks(items))


def test_rows_in_the_order_of_the_ranking(model: ResultsModel) -> None:
    model.show(listed(item(1), item(2)))
    assert model.rowCount() == 2
    assert model.rowCount(model.index(0)) == 0
    assert [model.index(row).data() for row in range(2)] == ["Song 1", "Song 2"]
    assert model.index(1).data(RECOMMENDATION_ROLE).rank == 2
    assert model.data(QModelIndex()) is None
    assert model.row_of(item(2).track) == 1
    assert model.row_of(item(9).track) is None


def test_three_moods_that_stand_out() -> None:
    assert leading_moods(item().track.profile.moods) == ("happy", "calm", "epic")
    assert leading_moods({"calm": 0.1}) == ()


def texts(recommendation: Recommendation) -> tuple[str, ...]:
    return tuple(fact.text for fact in facts(recommendation))


def test_facts_leave_out_what_is_unknown() -> None:
    assert texts(item()) == ("happy, calm, epic", "92 BPM", "D minor")
    assert texts(item(bpm=None, key=None, moods={})) == ()


def test_artist_length_and_licence_are_facts() -> None:
    known = item(moods={}, key=None)
    tags, file = Tags("Song", "Ann", licence="CC BY 4.0"), replace(known.track.file, duration_s=185)
    track = replace(known.track, tags=tags, file=file)
    assert texts(replace(known, track=track)) == ("Ann", "92 BPM", "3:05", "CC BY 4.0")


def test_what_meets_from_the_start_is_a_fact() -> None:
    met = replace(item(moods={}, bpm=None), placement=("6 of 8 cuts fall on a beat",))
    assert texts(met) == ("D minor", "6 of 8 cuts fall on a beat")


def test_accessible_text_has_the_whole_row(model: ResultsModel) -> None:
    assert accessible_text(1, item()) == (
        "1. Song 1, fit: strong, folk, happy, calm, epic, 92 BPM, D minor, warm ↔ folk, slow cuts"
    )
    model.show(listed(item(genre=None)))
    assert "unknown genre" in model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def drawn(model: ResultsModel, recommendation: Recommendation) -> QImage:
    delegate, option = RowDelegate(), QStyleOptionViewItem()
    model.show(listed(recommendation))
    size = delegate.sizeHint(option, model.index(0))
    option.rect = QRect(0, 0, 500, size.height())
    image = QImage(500, size.height(), QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    delegate.paint(painter, option, model.index(0))
    painter.end()
    return image


def test_the_bar_is_the_longer_the_better_the_fit(model: ResultsModel) -> None:
    pictures = {fit: drawn(model, item(fit=fit)) for fit in get_args(Fit)}
    accent = QColor(theme.colour("accent"))
    longest = {}
    for fit, picture in pictures.items():
        rows = [
            sum(picture.pixelColor(x, y) == accent for x in range(400, 500))
            for y in range(picture.height())
        ]
        longest[fit] = max(rows)
    assert longest["strong"] > longest["fair"] > longest["weak"] > 0


def test_a_row_shows_the_colours_of_the_cover_where_there_are_some(model: ResultsModel) -> None:
    covered = drawn(model, item(marks=Marks(colours=("#ff0000", "#0000ff"))))
    plain = drawn(model, item(marks=Marks()))
    middle = covered.height() // 2
    # A narrow bar, red at its top and blue at its foot, between the rank and the words.
    changed = [x for x in range(500) if covered.pixel(x, middle) != plain.pixel(x, middle)]
    assert 3 <= len(changed) <= 6
    x = changed[len(changed) // 2]
    top, foot = covered.pixelColor(x, 20), covered.pixelColor(x, covered.height() - 20)
    assert top.red() > 200 > 60 > top.blue() - 40
    assert foot.blue() > 200
    assert accessible_text(1, item(marks=Marks(colours=("#ff0000",)))) == accessible_text(1, item())
