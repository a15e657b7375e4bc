"""The shortlist side by side: played in turn at the same moment of the clip, blind if wanted."""

import random
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.deciding.compare_card import CompareCard
from desktop.deciding.picking import pick
from desktop.elided import ElidedButton
from desktop.jobs import LatestJobs
from desktop.results.row_words import plain
from desktop.workspace import Workspace
from engine.library.tracks import Track
from engine.stories.recommend import Recommendation
from engine.translation import tr

N_COMPARED = 9
_SPACING = 10
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CompareView(QWidget):
    """A card for each track; 1 to 9 switch, Enter picks the one chosen last, Esc leaves.

    `left` is emitted when the user has finished, `said` with a sentence on what was picked,
    `titles_hidden` with whether no other place may show titles either.

    Args:
        workspace: plays and picks the tracks.
    """

    left = Signal()
    said = Signal(str)
    titles_hidden = Signal(bool)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = LatestJobs(workspace.runner)
        self.cards: list[CompareCard] = []
        self.is_blind = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Comparison"))
        self.state = QLabel()
        self.state.setObjectName("small")
        self.state.setWordWrap(True)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.back = ElidedButton(tr("Back"), icons.icon("previous"))
        self.back.setToolTip(tr("Back to the shortlist (Esc)"))
        self.back.clicked.connect(self.left)
        self.pick_button = ElidedButton(tr("Pick this one"), icons.icon("check", "on_accent"))
        self.pick_button.setObjectName("primary")
        self.pick_button.setToolTip(tr("Pick the track that plays (Enter)"))
        self.pick_button.clicked.connect(self.pick)
        self._grid = QGridLayout()
        self._grid.setSpacing(_SPACING)
        self._grid.setContentsMargins(2, 2, 2, 2)
        self._lay_out()
        workspace.music_changed.connect(lambda _: self._follow_music())

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(6, 0, 6, 0)
        buttons.addWidget(self.back)
        buttons.addStretch()
        buttons.addWidget(self.pick_button)
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(self._grid)
        inside.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setObjectName("cards")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(buttons)
        self.state.setContentsMargins(6, 0, 6, 0)
        layout.addWidget(self.state)
        layout.addWidget(self._scroll, 1)

    # What is compared

    def open(self, items: Sequence[Recommendation], *, blind: bool) -> None:
        """Compare tracks, the first nine of them.

        Args:
            items: at least two, in the user's order.
            blind: hide their titles, and shuffle them.
        """
        compared = list(items[:N_COMPARED])
        if blind:
            random.shuffle(compared)
        self._show_cards(compared)
        self._set_blind(blind)
        self._describe(len(items))
        self._follow_music()
        self._read_peaks(compared)
        if blind or self._playing() is None:
            # In a blind comparison the one that played before would be known.
            self.choose_row(0)

    def close_comparison(self) -> None:
        """Show titles again; nothing is compared any more."""
        self._set_blind(False)
        self._show_cards([])

    def choose_row(self, row: int) -> None:
        """Hear a track by its place from 0, at the same moment of the clip."""
        if 0 <= row < len(self.cards):
            self._workspace.choose(self.cards[row].item)

    def choose_neighbour(self, step: int) -> None:
        """Hear the next track (1), or the one before (-1)."""
        current = self._current()
        self.choose_row(0 if current is None else current + step)

    def selected_tracks(self) -> list[Track]:
        """Return the track that was chosen last, or that plays."""
        current = self._current()
        return [] if current is None else [self.cards[current].item.track]

    def pick(self) -> None:
        """Show the titles, and pick the track that was chosen last, or that plays."""
        clip, current = self._workspace.clip, self._current()
        if clip is None or current is None:
            return
        was_blind, track = self.is_blind, self.cards[current].item.track
        self._set_blind(False)
        pick(self._workspace, clip, track)
        text = (
            tr("Track {n} was {title}; it is your pick.")
            if was_blind
            else tr("{title} is your pick. Export it with Ctrl+E.")
        )
        text = text.format(n=current + 1, title=plain(track.title))
        self.state.setText(text)
        self.said.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick with Enter, leave with Esc; other keys are those of the window."""
        if event.key() in _ENTER:
            self.pick()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many cards beside each other as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _show_cards(self, items: Sequence[Recommendation]) -> None:
        for card in self.cards:
            self._grid.removeWidget(card)
            card.deleteLater()
        self.cards = []
        for number, item in enumerate(items, 1):
            card = CompareCard(number, item, self)
            card.clicked.connect(lambda _=False, row=number - 1: self._click(row))
            self.cards.append(card)
        self._arrange()

    def _click(self, row: int) -> None:
        # It is checked once it plays.
        self._follow_music()
        self.choose_row(row)

    def _arrange(self) -> None:
        if not self.cards:
            return
        width = self.cards[0].minimumSizeHint().width() + _SPACING
        n_columns = max((self.width() + _SPACING) // width, 1)
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, *divmod(place, n_columns))
        for column in range(N_COMPARED):
            self._grid.setColumnStretch(column, 1 if column < n_columns else 0)

    def _set_blind(self, is_blind: bool) -> None:
        self.is_blind = is_blind
        for card in self.cards:
            card.set_blind(is_blind)
        self.titles_hidden.emit(is_blind)

    def _describe(self, n_items: int) -> None:
        advice = tr("Press 1 to {n} to switch at the same moment of the clip, Enter to pick.")
        texts = [advice.format(n=len(self.cards))]
        if self.is_blind:
            texts.append(tr("Titles are shown once you have picked."))
        if n_items > len(self.cards):
            texts.append(tr("The first {n} of the shortlist are compared.").format(n=N_COMPARED))
        if self._workspace.settings.loudness == "off":
            texts.append(tr("The tracks differ in loudness: it isn't matched now."))
        self.state.setText(" ".join(texts))

    def _playing(self) -> int | None:
        music, listening = self._workspace.music, self._workspace.listening
        return self._row_of(None if music is None else music.track_at(listening.position_s))

    def _current(self) -> int | None:
        """Return the card that was chosen but doesn't play yet, or else the one that plays."""
        return self._row_of(self._workspace.chosen_track)

    def _row_of(self, track: Track | None) -> int | None:
        paths = [card.item.track.path for card in self.cards]
        return paths.index(track.path) if track is not None and track.path in paths else None

    def _follow_music(self) -> None:
        playing = self._playing()
        for row, card in enumerate(self.cards):
            card.setChecked(row == playing)
        self.pick_button.setEnabled(playing is not None)

    def _read_peaks(self, items: Sequence[Recommendation]) -> None:
        session, tracks = self._workspace.session, [item.track for item in items]
        job = self._jobs.start(
            "peaks", lambda _: [session.features(track).peaks for track in tracks]
        )
        cards = self.cards

        def show(found: object) -> None:
            if isinstance(found, list) and cards is self.cards:
                for card, peaks in zip(cards, found, strict=True):
                    card.set_peaks(peaks)

        job.succeeded.connect(show)
