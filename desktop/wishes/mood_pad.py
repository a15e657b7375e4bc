"""The mood pad: what the picture wants as a place in a plane, and what the user wants instead."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.elided import ElidedLabel
from desktop.steady_label import SteadyLabel
from desktop.wishes.mood_painting import Estimate
from desktop.wishes.mood_plane import MoodPlane
from desktop.wishes.mood_scale import N_FIRST, Dots
from desktop.wishes.wishes import mood_words
from desktop.workspace import Workspace
from engine.ranking.affect_area import AffectArea
from engine.ranking.query import Correction
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations
from engine.translation import tr

_STEPS = 100
_SINGLE_STEP = 5


class MoodPad(QWidget):
    """The plane, two sliders for the same, and buttons.

    While a list is ranked, only the last change waits for it, so that a drag never queues up
    rankings.

    Args:
        workspace: the open clip.
    """

    track_clicked = Signal(int)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._is_ranking = False
        self._waiting: tuple[Correction, AffectArea | None] | None = None
        self._estimate: Estimate | None = None
        self._dots: Dots | None = None
        self._asked = _asked(workspace.request.options)
        self.plane = MoodPlane()
        self.valence = _slider(tr("Valence, from sad to happy"))
        self.arousal = _slider(tr("Arousal, from calm to energetic"))
        self._values = {each: _value_label() for each in (self.valence, self.arousal)}
        self._words = ElidedLabel()
        self._words.setObjectName("small")
        self.draw_area = QToolButton()
        self.draw_area.setObjectName("tool")
        self.draw_area.setIcon(icons.icon("area"))
        self.draw_area.setCheckable(True)
        self.draw_area.setAccessibleName(tr("Draw an area"))
        self.draw_area.setToolTip(tr("Draw an area: only tracks inside are listed (Shift+drag)"))
        self.reset = QToolButton()
        self.reset.setObjectName("tool")
        self.reset.setIcon(icons.icon("film"))
        self.reset.setAccessibleName(tr("Follow the picture again"))
        self.reset.setToolTip(tr("Back to what the picture wants (double-click)"))
        self._lay_out()
        self._connect()
        self._show(workspace.request.options)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self._words, 1)
        top.addWidget(self.draw_area)
        top.addWidget(self.reset)
        sliders = QGridLayout()
        sliders.setHorizontalSpacing(8)
        sliders.setVerticalSpacing(0)
        rows = (
            (self.valence, tr("Sad"), tr("Happy")),
            (self.arousal, tr("Calm"), tr("Energetic")),
        )
        for row, (slider, low, high) in enumerate(rows):
            for column, word in ((0, low), (2, high)):
                label = QLabel(word)
                label.setObjectName("small")
                sliders.addWidget(label, row, column)
            sliders.addWidget(slider, row, 1)
            sliders.addWidget(self._values[slider], row, 3)
        sliders.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.plane, 1)
        layout.addLayout(sliders)

    def _connect(self) -> None:
        workspace, request = self._workspace, self._workspace.request
        self.plane.moved.connect(self._set_mood)
        self.plane.drawn.connect(self._set_area)
        self.plane.reset_requested.connect(self._reset)
        self.plane.track_clicked.connect(self.track_clicked)
        for slider in (self.valence, self.arousal):
            slider.valueChanged.connect(self._set_axis)
        self.draw_area.toggled.connect(self._set_drawing)
        self.reset.clicked.connect(self._reset)
        workspace.clip_opened.connect(self._open_clip)
        workspace.ranking.connect(self._begin_ranking)
        workspace.ranked.connect(self._show_ranking)
        workspace.ranking_failed.connect(self._end_ranking)
        request.edited.connect(self._show)

    @property
    def is_ranking(self) -> bool:
        """Whether a list is being ranked."""
        return self._is_ranking

    # What the user wants

    def _set_mood(self, valence: float, arousal: float) -> None:
        self._change(Correction(valence, arousal, self._moods), None)

    def _set_axis(self, step: int) -> None:
        """Take over one slider; the other axis still follows the picture, if it did."""
        correction = self._asked[0] if self._waiting is None else self._waiting[0]
        if self.sender() is self.valence:
            correction = replace(correction, valence=step / _STEPS)
        else:
            correction = replace(correction, arousal=step / _STEPS)
        self._change(correction, None)

    def _set_area(self, area: AffectArea) -> None:
        self.draw_area.setChecked(False)
        self._change(Correction(moods=self._moods), area)

    def _reset(self) -> None:
        self._change(Correction(moods=self._moods), None)

    def _set_drawing(self, is_on: bool) -> None:
        self.plane.draws_areas = is_on

    @property
    def _moods(self) -> tuple[str, ...]:
        return self._workspace.request.options.correction.moods

    def _change(self, correction: Correction, area: AffectArea | None) -> None:
        """Ask for another mood: at once, or as soon as the list that is being ranked is there."""
        self._show_mood(correction, area)
        if self._is_ranking:
            self._waiting = correction, area
        else:
            self._ask(correction, area)

    def _ask(self, correction: Correction, area: AffectArea | None) -> None:
        self._workspace.request.update(at_once=True, correction=correction, area=area)

    # What is shown

    def _open_clip(self, _clip: ClipAnalysis) -> None:
        self._waiting = None
        self._estimate = self._dots = None
        self.plane.show_tracks(None, ())
        self._show(self._workspace.request.options)

    def _begin_ranking(self) -> None:
        self._is_ranking = True

    def _end_ranking(self) -> None:
        self._is_ranking = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._ask(*waiting)

    def _show_ranking(self, recommendations: Recommendations) -> None:
        wants = recommendations.clip.wants
        self._estimate = None
        if wants is not None:
            valence, arousal = (wants.estimate_by_picture(name) for name in ("valence", "arousal"))
            self._estimate = Estimate(valence, arousal)
        self._show_tracks(recommendations)
        if self._waiting is None:
            self._show(self._workspace.request.options)
        self._end_ranking()

    def _show_tracks(self, recommendations: Recommendations) -> None:
        dots = Dots.of(recommendations.ranked.points)
        if self._workspace.options.area is not None and self._dots is not None:
            # Those outside of an area aren't listed; where they are is still shown.
            dots = replace(self._dots, first=dots.first)
        self._dots = dots
        titles = [item.track.title for item in recommendations.items[:N_FIRST]]
        self.plane.show_tracks(dots, titles)

    def _show(self, options: RankingOptions) -> None:
        if _asked(options) != self._asked:
            # Another control changed the mood meanwhile, or what waited has been asked for.
            self._asked, self._waiting = _asked(options), None
        if self._waiting is None:
            self._show_mood(*self._asked)

    def _show_mood(self, correction: Correction, area: AffectArea | None) -> None:
        by_picture = (0.0, 0.0) if self._estimate is None else self._estimate.mood
        mood = (
            by_picture[0] if correction.valence is None else correction.valence,
            by_picture[1] if correction.arousal is None else correction.arousal,
        )
        if area is not None:
            mood = area.middle
        self.plane.show_mood(self._estimate, mood if correction.has_affect else None, area)
        for slider, value in zip((self.valence, self.arousal), mood, strict=True):
            slider.blockSignals(True)
            slider.setValue(round(_STEPS * value))
            slider.blockSignals(False)
            self._values[slider].setText(f"{value:+.1f}")
        self.reset.setEnabled(correction.has_affect or area is not None)
        description = self._description(mood, is_set=self.reset.isEnabled())
        self._words.show_text(description)
        self.plane.describe(description)

    def _description(self, mood: tuple[float, float], *, is_set: bool) -> str:
        """Return in words what the picture wants, and what the user does."""
        words = []
        if self._estimate is not None:
            by_picture = mood_words(*self._estimate.mood)
            words.append(tr("The picture wants: {mood}").format(mood=by_picture))
        if is_set:
            words.append(tr("you want: {mood}").format(mood=mood_words(*mood)))
        return " · ".join(words)


def _asked(options: RankingOptions) -> tuple[Correction, AffectArea | None]:
    return options.correction, options.area


def _slider(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(-_STEPS, _STEPS)
    slider.setSingleStep(_SINGLE_STEP)
    slider.setPageStep(4 * _SINGLE_STEP)
    slider.setAccessibleName(name)
    slider.setToolTip(name)
    slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return slider


def _value_label() -> SteadyLabel:
    label = SteadyLabel("+0.8")
    label.align_right()
    return label
