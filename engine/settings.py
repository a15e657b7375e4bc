"""The user's settings: one typed, versioned dataclass for the command line and the window."""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from engine.errors import SoundbedError
from engine.files import write_text
from engine.paths import settings_file
from engine.translation import tr

SETTINGS_VERSION = 1
THEMES = ("system", "light", "dark")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What stays from one start to the next.

    Args:
        n_threads: cores that analysis may use; 0 for all.
        last_folder: where the last clip was opened, "" at first.
        music_gain_db: level of the music in a new mix.
        clip_gain_db: level of the clip's own sound in a new mix.
        theme: one of `THEMES`.
        active_pack: folder of the matching pack, "" for the bundled one.
        version: of this form.
    """

    n_threads: int = 0
    last_folder: str = ""
    music_gain_db: float = 0.0
    clip_gain_db: float = 0.0
    theme: str = "system"
    active_pack: str = ""
    version: int = SETTINGS_VERSION

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            expected = (int, float) if field.type is float else (field.type,)
            if type(value) not in expected:
                raise ValueError(f"{field.name} is {value!r}")
        if self.version != SETTINGS_VERSION:
            raise ValueError(f"version {self.version}")
        if not 0 <= self.n_threads <= 1024:
            raise ValueError(f"n_threads is {self.n_threads}")
        if not (-60 <= self.music_gain_db <= 24 and -60 <= self.clip_gain_db <= 24):
            raise ValueError("a level is out of range")
        if self.theme not in THEMES:
            raise ValueError(f"theme is {self.theme!r}")


def load_settings(warn: Callable[[str], None] | None = None) -> Settings:
    """Read the settings; a damaged file is kept beside as .bad and the defaults are used.

    Args:
        warn: told, in one sentence, when that happened.
    """
    path = settings_file()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        return _defaults(path, error, warn)
    try:
        values = json.loads(text)
        known = {field.name for field in fields(Settings)}
        # A field that this version doesn't know isn't worth losing the others.
        return Settings(**{name: value for name, value in values.items() if name in known})
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        return _defaults(path, error, warn)


def save_settings(settings: Settings) -> None:
    """Write the settings, whole or not at all.

    Raises:
        ExportError: when the folder can't be written.
    """
    write_text(settings_file(), json.dumps(asdict(settings), indent=1) + "\n")


def _defaults(path: Path, error: Exception, warn: Callable[[str], None] | None) -> Settings:
    kept = path.with_name(f"{path.name}.bad")
    try:
        path.replace(kept)
    except OSError:
        kept = path
    notice = SoundbedError(
        tr("the settings can't be read ({reason}); the defaults are used.").format(reason=error),
        path=kept,
        remedy=tr("Mend this file and put it back, or leave it."),
    )
    _LOG.warning("%s", notice)
    if warn is not None:
        warn(str(notice))
    return Settings()
