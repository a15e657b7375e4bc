"""The wishes above the list, as chips that can be taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QWidget

from desktop.flow import FlowLayout
from desktop.jobs import Job, JobRunner
from desktop.results.request import RankingRequest
from desktop.session import Session
from desktop.wishes.chip import WishChip
from desktop.wishes.wishes import (
    Kind,
    Wish,
    added,
    parse_description,
    turned_round,
    wishes_of,
    with_reference,
    without_wish,
)
from engine.errors import InputError, display_path
from engine.ranking.references import Reference
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr

_SPACING = 6
_MAX_LINES, _MAX_LINES_IN_SMALL = 4, 2
_SMALL_WINDOW = 720
# Of a whole album that is dropped, the first ones say enough.
_MAX_SONGS = 10


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a chip shows.

    Attributes:
        wish: the wish.
        problem: why it has no effect; "" where it has one.
        is_asked: whether it is in the request.
        song: that is being analysed; None for a wish that is known.
    """

    wish: Wish
    problem: str = ""
    is_asked: bool = True
    song: Path | None = None


class WishBar(QScrollArea):
    """A chip for each wish of the request; takes no room without one, and scrolls with many.

    Args:
        request: what the list is asked for.
        session: knows which words are understood.
        runner: where it is asked.
    """

    failed = Signal(object)
    left = Signal()

    def __init__(
        self,
        request: RankingRequest,
        session: Session,
        runner: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._request = request
        self._session = session
        self._runner = runner
        self._understood: dict[str, bool] = {}
        # What was to be left out and names nothing: a chip that says so, outside of the request.
        self._unknown: tuple[str, ...] = ()
        self._songs: dict[Path, Job] = {}
        self._shown: list[_Shown] = []
        self.chips: list[WishChip] = []
        self._body = QWidget()
        self._flow = FlowLayout(_SPACING, self._body)
        self.setObjectName("wishes")
        self.setWidget(self._body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Wishes"))
        request.edited.connect(self._show)
        request.replaced.connect(self._begin_again)
        self._show(request.options)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the room that the chips need at the new width."""
        super().resizeEvent(event)
        self._fit_height()

    def changeEvent(self, event: QEvent) -> None:
        """Make the chips again for another size of the text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self._shown:
            self._replace_chips(self._shown, self._request.options)
            self._fit_height()

    def _fit_height(self) -> None:
        """Take as many lines as the chips need, up to a few: the list needs room too."""
        is_small = self.window().height() < _SMALL_WINDOW
        n_lines = _MAX_LINES_IN_SMALL if is_small else _MAX_LINES
        chip_height = max((chip.sizeHint().height() for chip in self.chips), default=0)
        most = n_lines * (chip_height + _SPACING) - _SPACING
        self.setFixedHeight(min(self._flow.heightForWidth(self.width()), most))

    def describe(self, text: str) -> None:
        """Turn a typed description into wishes, such as "calm piano -drums"."""
        described = parse_description(text)
        self._unknown = tuple(dict.fromkeys([*self._unknown, *described.unknown]))
        changes = added(self._request.options, described)
        self._update(changes)
        self._show(self._request.options)

    def add_song(self, path: Path) -> None:
        """Ask for music like a song from disk; its chip waits until the song is analysed."""
        if path in self._songs:
            return
        if len(self._songs) >= _MAX_SONGS:
            problem = tr("At most {n} songs are analysed at a time.").format(n=_MAX_SONGS)
            self.failed.emit(InputError(problem, remedy=tr("Wait a moment, and add the others.")))
            return
        session = self._session
        job = self._songs[path] = self._runner.start(
            lambda progress: session.song_reference(path, progress)
        )
        job.succeeded.connect(lambda reference: self._add_reference(path, reference))
        job.failed.connect(self.failed)
        job.ended.connect(lambda: self._forget_song(path))
        self._show(self._request.options)

    def _add_reference(self, path: Path, reference: Reference) -> None:
        self._songs.pop(path, None)
        references = with_reference(self._request.options.references, reference)
        self._update({"references": references})

    def _forget_song(self, path: Path) -> None:
        self._songs.pop(path, None)
        self._show(self._request.options)

    def _update(self, changes: dict[str, Any]) -> None:
        try:
            self._request.update(at_once=True, **changes)
        except InputError as error:
            self.failed.emit(error)

    def _begin_again(self) -> None:
        """Forget what belongs to the request before, such as that of another clip."""
        self._unknown = ()
        for job in self._songs.values():
            job.cancel()
        self._songs.clear()
        self._show(self._request.options)

    def _show(self, options: RankingOptions) -> None:
        shown = [_Shown(wish, self._problem(wish)) for wish in wishes_of(options)]
        shown += [
            _Shown(Wish(Kind.UNWANTED, word, place), _names_nothing(word), is_asked=False)
            for place, word in enumerate(self._unknown)
        ]
        shown += [
            _Shown(Wish(Kind.LIKE, display_path(path.stem)), song=path) for path in self._songs
        ]
        if shown == self._shown and self.chips:
            return
        focused = self._focused_place()
        self._shown = shown
        self._replace_chips(shown, options)
        self.setVisible(bool(shown))
        self._fit_height()
        if focused is not None:
            self._focus(focused)

    def _replace_chips(self, shown: Sequence[_Shown], options: RankingOptions) -> None:
        for chip in self.chips:
            self._flow.removeWidget(chip)
            # Later: it may be the one whose key is being handled.
            chip.hide()
            chip.deleteLater()
        self.chips = [self._chip(each, options) for each in shown]
        for chip in self.chips:
            self._flow.addWidget(chip)
            chip.show()

    def _chip(self, shown: _Shown, options: RankingOptions) -> WishChip:
        is_known = shown.is_asked and shown.song is None
        can_turn = is_known and turned_round(options, shown.wish) is not None
        chip = WishChip(shown.wish, shown.problem, can_turn=can_turn, parent=self._body)
        song = shown.song
        if song is not None:
            chip.show_waiting()
            chip.remove_requested.connect(lambda _: self._songs[song].cancel())
        elif shown.is_asked:
            chip.remove_requested.connect(self._remove)
            chip.turn_requested.connect(self._turn)
        else:
            chip.remove_requested.connect(self._remove_unknown)
        return chip

    def _remove(self, wish: Wish) -> None:
        self._update(without_wish(self._request.options, wish))

    def _remove_unknown(self, wish: Wish) -> None:
        self._unknown = tuple(word for word in self._unknown if word != wish.text)
        self._show(self._request.options)

    def _turn(self, wish: Wish) -> None:
        changes = turned_round(self._request.options, wish)
        if changes is not None:
            self._update(changes)

    def _problem(self, wish: Wish) -> str:
        """Return why a wish has no effect, "" as long as that isn't known."""
        if wish.kind is not Kind.WORDS:
            return ""
        if wish.text not in self._understood:
            self._understood[wish.text] = True
            self._ask_about(wish.text)
        if self._understood[wish.text]:
            return ""
        return tr("“{text}” isn't understood and has no effect.").format(text=wish.text)

    def _ask_about(self, text: str) -> None:
        def keep(is_understood: bool) -> None:
            self._understood[text] = is_understood
            if not is_understood:
                self._show(self._request.options)

        job = self._runner.start(lambda _: self._session.understands(text))
        job.succeeded.connect(keep)
        job.failed.connect(self.failed)

    def _focused_place(self) -> int | None:
        focused = QApplication.focusWidget()
        for place, chip in enumerate(self.chips):
            if focused is not None and chip.isAncestorOf(focused):
                return place
        return None

    def _focus(self, place: int) -> None:
        """Focus the chip at a place, or the last one; without any, say that the focus is free."""
        if self.chips:
            chip = self.chips[min(place, len(self.chips) - 1)]
            chip.text.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(chip, 0, 0)
        else:
            self.left.emit()


def _names_nothing(word: str) -> str:
    return tr(
        "“{text}” names no known instrument, genre or mood to leave out, and has no effect."
    ).format(text=word)
