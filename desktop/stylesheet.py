"""The style sheet; `$name` is a colour of `desktop.theme.Colours`, `$icons` the
folder of the icons, `$tick` and `$dash` those of checked boxes. `font-size` and `text-height`,
the height of one line without padding, grow with the size of the text; `icon-size` and `mark-size`,
width and height of a mark that Qt draws, and `round-size`, those of a round button without its
border of 2px, half as fast, to leave room for the words."""

STYLESHEET = """
QMainWindow, QDialog { background: $background; }
QDialog QScrollArea, QDialog QScrollArea > QWidget > QWidget { background: transparent; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }

QMenuBar { background: $background; padding: 2px 8px; }
QMenuBar::item { padding: 5px 10px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; border: 1px solid $line; padding: 6px; }
QMenu::item { padding: 6px 28px 6px 24px; border-radius: 5px; }
QMenu::item:selected { background: $hover; color: $text; }
QMenu::item:disabled { color: $quiet; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::indicator { mark-size: 14px; left: 6px; }
QStatusBar { background: $background; color: $quiet; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $quiet; padding: 0 8px; }

QFrame#panel { background: $panel; border: 1px solid $line; border-radius: 10px; }
QFrame#panel[dropping="true"] { border: 1px solid $accent; }
QFrame#header { background: $background; }
QLabel#brand { font-size: 17px; font-weight: 700; letter-spacing: 0.2px; }
QLabel#heading { font-size: 15px; font-weight: 600; }
QLabel#title { font-size: 24px; font-weight: 650; }
QLabel#quiet { color: $quiet; }
QLabel#small { color: $quiet; font-size: 12px; }
QLabel#problem { color: $problem; font-size: 15px; font-weight: 600; }

QPushButton, QToolButton {
    background: $raised; color: $text; border: 1px solid $line; border-radius: 7px;
    padding: 6px 14px; icon-size: 16px;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:focus, QToolButton:focus, QComboBox:focus, QSpinBox:focus,
QDoubleSpinBox:focus, QLineEdit:focus {
    border: 1px solid $accent;
}
QPushButton:disabled, QToolButton:disabled { color: $quiet; background: transparent; }
QPushButton#primary, QToolButton#primary {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton#primary:hover, QToolButton#primary:hover { background: $accent_strong; }
QPushButton#primary:focus, QToolButton#primary:focus { border: 2px solid $text; padding: 5px 13px; }
QPushButton#primary:disabled, QToolButton#primary:disabled {
    background: $raised; color: $quiet; border-color: $line;
}
QToolButton::menu-indicator { image: none; }
QFileDialog QToolButton { padding: 2px; }
QToolButton#flat, QPushButton#flat {
    background: transparent; border: 1px solid transparent; padding: 6px;
}
Transport QToolButton#flat { icon-size: 20px; }
QToolButton#flat:hover, QPushButton#flat:hover { background: $hover; }
QToolButton#flat:focus, QPushButton#flat:focus { border: 1px solid $accent; }
QToolButton#flat:disabled { background: transparent; }
QPushButton#heading {
    background: transparent; border: 1px solid transparent; border-radius: 7px;
    padding: 4px 8px; font-size: 15px; font-weight: 600; color: $quiet;
}
QPushButton#heading:hover { background: $hover; }
QPushButton#heading:checked { color: $text; background: $raised; border-color: $line; }
QPushButton#heading:focus { border-color: $accent; }
QScrollArea#cards, QScrollArea#cards > QWidget > QWidget { background: transparent; }
QToolButton#timecode {
    background: transparent; border: 1px solid transparent; padding: 4px;
    font-size: 15px; font-weight: 600;
}
QToolButton#timecode:hover { background: $hover; }
QToolButton#timecode:focus { border-color: $accent; }
QToolButton#tool {
    background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px 5px;
    icon-size: 18px;
}
QToolButton#tool:hover { background: $hover; }
QToolButton#tool:checked { background: $selected; border-color: $accent; }
QToolButton#tool:focus { border-color: $text; }
QToolButton#play {
    background: $accent; border: 2px solid $accent; padding: 0; round-size: 36px; icon-size: 24px;
}
QToolButton#play:hover { background: $accent_strong; border-color: $accent_strong; }
QToolButton#play:focus { border-color: $text; }
QToolButton#play:disabled { background: $raised; border-color: $line; }
QToolButton#chip, QPushButton#chip {
    background: transparent; border: 1px solid $line; border-radius: 13px; padding: 4px 12px;
    text-height: 18px; icon-size: 14px;
}
QToolButton#chip:hover, QPushButton#chip:hover { background: $hover; }
QToolButton#chip:checked, QPushButton#chip:checked, QToolButton#chip[set="true"] {
    background: $selected; border-color: $accent; color: $text;
}
QToolButton#chip:focus, QPushButton#chip:focus { border-color: $accent; }

QScrollArea#wishes, QScrollArea#wishes > QWidget > QWidget { background: transparent; }
QFrame#wish {
    background: $selected; border: 1px solid $accent; border-radius: 13px;
}
QFrame#wish[unwanted="true"] { background: transparent; border: 1px dashed $quiet; }
QFrame#wish[problem="true"] { background: transparent; border: 1px solid $problem; }
QToolButton#wishText, QToolButton#inline {
    background: transparent; border: 1px solid transparent; border-radius: 11px; padding: 2px 6px;
    text-height: 18px; icon-size: 16px;
}
QToolButton#inline { padding: 2px 4px; }
QToolButton#wishText:hover, QToolButton#inline:hover { background: $hover; }
QToolButton#wishText:focus { border: 1px solid $text; }

QListView, QTreeView, QListWidget, QTreeWidget, QPlainTextEdit {
    background: $panel; border: 1px solid $line; border-radius: 8px; outline: none;
}
QListView#results { background: transparent; border: none; }
QListView, QTreeView, QMenu, QTabBar, QComboBox { icon-size: 16px; }
QTreeView::item { padding: 5px 4px; }
QTreeView::item:selected { background: $selected; color: $text; }
QTabWidget::pane { border: none; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $quiet; border: none; border-bottom: 2px solid transparent;
    padding: 6px 12px; margin-right: 4px;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { background: $hover; }
QTabBar QToolButton { padding: 0; }
QTabBar::close-button { image: url("$icons/cross.svg"); mark-size: 14px; }
QTabBar::close-button:hover { background: $hover; border-radius: 4px; }
QHeaderView::section {
    background: $panel; color: $quiet; border: none; border-bottom: 1px solid $line;
    padding: 6px 4px;
}
QPlainTextEdit { padding: 8px; }
QSpinBox, QDoubleSpinBox, QLineEdit, QComboBox {
    background: $background; border: 1px solid $line; border-radius: 6px; padding: 4px 8px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 0; height: 0; border: none;
}

QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url("$icons/arrow.svg"); mark-size: 14px; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $line; selection-background-color: $hover;
    selection-color: $text;
}

QCheckBox { spacing: 8px; }
QCheckBox::indicator {
    mark-size: 14px; background: $background; border: 1px solid $quiet;
    border-radius: 4px;
}
QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox:focus { color: $accent; }
QCheckBox::indicator:checked {
    background: $accent; border-color: $accent; image: url("$icons/$tick.svg");
}
QCheckBox::indicator:indeterminate { image: url("$icons/$dash.svg"); }
QCheckBox:disabled { color: $quiet; }
QCheckBox::indicator:disabled { background: transparent; border-color: $line; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar::handle:vertical { background: $line; border-radius: 3px; min-height: 30px; }
QScrollBar::handle:vertical:hover { background: $wave; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle:horizontal { background: $line; border-radius: 3px; min-width: 30px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSlider { min-height: 22px; background: transparent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
    background: $text; border: 1px solid $background;
}
QSlider::handle:horizontal:hover { background: $accent_strong; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; }
QSlider#clip::sub-page:horizontal { background: $clip; }
QSlider::sub-page:horizontal:disabled, QSlider#clip::sub-page:horizontal:disabled {
    background: $line;
}
QSlider::handle:horizontal:disabled { background: $wave; }

QProgressBar {
    background: $line; border: none; border-radius: 3px; min-height: 6px; max-height: 6px;
    color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSplitter::handle { background: transparent; }
"""
