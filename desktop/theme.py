"""The dark and the light theme: a set of colours each, with their palette and style sheet."""

import re
from dataclasses import asdict, dataclass
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from desktop.stylesheet import STYLESHEET
from engine.paths import assets_dir

ThemeChoice = Literal["system", "dark", "light"]


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of the window, as #rrggbb; text has a contrast of 4.5 or more."""

    background: str
    panel: str
    raised: str
    hover: str
    line: str
    text: str
    quiet: str
    accent: str
    accent_strong: str
    on_accent: str
    selected: str
    wave: str
    clip: str
    problem: str


DARK = Colours(
    background="#121316",
    panel="#191b1f",
    raised="#23262b",
    hover="#2b2f35",
    line="#2e3238",
    text="#eceef0",
    quiet="#9ba2ab",
    accent="#45d0b0",
    accent_strong="#5fe0c2",
    on_accent="#07221c",
    selected="#1d3a35",
    wave="#5b646e",
    clip="#e9a95b",
    problem="#f2857c",
)
LIGHT = Colours(
    background="#f3f4f5",
    panel="#ffffff",
    raised="#ffffff",
    hover="#e9ecee",
    line="#d6dade",
    text="#1a1d21",
    quiet="#5a636d",
    accent="#0a735f",
    accent_strong="#085e4e",
    on_accent="#ffffff",
    selected="#d8efe9",
    wave="#a4adb6",
    clip="#a8620b",
    problem="#b3261e",
)
TEXT_SIZES = (90, 100, 110, 125, 150, 175, 200)
_SIZED = re.compile(r"(font-size|text-height|icon-size|mark-size|round-size): (\d+)px")
_SIDES = ("min-width", "max-width", "min-height", "max-height")
_FAMILIES = [
    "Inter",
    "Segoe UI Variable Text",
    "Segoe UI",
    ".AppleSystemUIFont",
    "Adwaita Sans",
    "Cantarell",
    "Noto Sans",
    "Open Sans",
    "DejaVu Sans",
]


class Theme(QObject):
    """The current theme; follows the system until the user chooses one.

    Args:
        app: the application whose palette and style sheet are set.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = "system"
        self._shown: Colours | None = None
        app.setStyle("Fusion")
        self._text_size = 100
        self._points = max(app.font().pointSizeF(), 10.0)
        self._set_font()
        app.styleHints().colorSchemeChanged.connect(self._refresh)

    def choose(self, choice: ThemeChoice) -> None:
        """Switch to the dark or the light theme, or to that of the system."""
        self._choice = choice
        scheme = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
        self._app.styleHints().setColorScheme(scheme.get(self._choice, Qt.ColorScheme.Unknown))
        self._refresh()

    def choose_text_size(self, percent: int) -> None:
        """Show all text larger or smaller than the system does.

        Args:
            percent: such as one of `TEXT_SIZES`.
        """
        if percent != self._text_size:
            self._text_size = percent
            self._set_font()
            if self._shown is not None:
                self._app.setStyleSheet(style_sheet(self._shown, percent))
                self.changed.emit()

    def _set_font(self) -> None:
        font = QFont()
        font.setFamilies(_FAMILIES)
        font.setPointSizeF(self._points * self._text_size / 100)
        self._app.setFont(font)
        _set_text_scale(self._text_size / 100)

    @property
    def choice(self) -> ThemeChoice:
        """What the user chose."""
        return self._choice

    def _refresh(self) -> None:
        colours = DARK if self._is_dark() else LIGHT
        if colours is self._shown:
            return  # the system's signal follows a change made here, too
        self._shown = colours
        _set_current(colours)
        self._app.setPalette(_palette(colours))
        self._app.setStyleSheet(style_sheet(colours, self._text_size))
        self.changed.emit()

    def _is_dark(self) -> bool:
        if self._choice != "system":
            return self._choice == "dark"
        # Dark where the system doesn't say, as editing programs are.
        return self._app.styleHints().colorScheme() != Qt.ColorScheme.Light


def style_sheet(colours: Colours, text_size: int = 100) -> str:
    """Return the style sheet in these colours.

    Args:
        colours: of the theme.
        text_size: in percent.
    """
    values = {
        **asdict(colours),
        "icons": (assets_dir() / "icons" / "ui").as_posix(),
        "tick": "tick-dark" if colours is DARK else "tick-light",
        "dash": "dash-dark" if colours is DARK else "dash-light",
    }

    def resize(found: re.Match[str]) -> str:
        is_text = found[1] in ("font-size", "text-height")
        scale = text_size / 100
        pixels = round(int(found[2]) * (scale if is_text else _icon_scale(scale)))
        if found[1] == "text-height":
            return f"min-height: {pixels}px; max-height: {pixels}px"
        if found[1] == "mark-size":
            return f"width: {pixels}px; height: {pixels}px"
        if found[1] == "round-size":
            sides = "; ".join(f"{side}: {pixels}px" for side in _SIDES)
            return f"{sides}; border-radius: {pixels // 2 + 2}px"
        return f"{found[1]}: {pixels}px"

    return Template(_SIZED.sub(resize, STYLESHEET)).substitute(values)


_current = DARK
_text_scale = 1.0


def _set_current(colours: Colours) -> None:
    global _current
    _current = colours


def _set_text_scale(scale: float) -> None:
    global _text_scale
    _text_scale = scale


def scaled(pixels: float) -> float:
    """Return the length of something that grows with the size of the text.

    Args:
        pixels: its length with text of the size that the system has.
    """
    return pixels * _text_scale


def icon_scaled(pixels: float) -> float:
    """Return the size of an icon: it grows half as fast as the text, to leave room for the words.

    Args:
        pixels: its size with text of the size that the system has.
    """
    return pixels * _icon_scale(_text_scale)


def _icon_scale(text_scale: float) -> float:
    return 0.5 + text_scale / 2


def colour(name: str, alpha: float = 1.0) -> QColor:
    """Return a colour of the current theme by its field name.

    Args:
        name: a field of `Colours`.
        alpha: opacity, 0..1.
    """
    found = QColor(getattr(_current, name))
    found.setAlphaF(alpha)
    return found


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, value in {
        role.Window: colours.background,
        role.WindowText: colours.text,
        role.Base: colours.panel,
        role.AlternateBase: colours.raised,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.PlaceholderText: colours.quiet,
        role.Link: colours.accent,
        role.Mid: colours.line,
        role.Accent: colours.accent,
    }.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        faded = QColor(colours.quiet)
        faded.setAlphaF(0.55)
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    return palette
