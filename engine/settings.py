"""The user's settings: one typed, versioned dataclass for the command line and the window.

Each field of `Settings` is a setting with its type, range, default and description. What is
checked and what `soundbed config` shows comes from there: a new setting is a new field.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from engine.errors import ExportError, InputError, SoundbedError
from engine.files import write_text
from engine.locks import exclusive
from engine.paths import settings_file
from engine.translation import tr
from engine.unwritable import data_remedy

SETTINGS_VERSION = 1
_log = logging.getLogger(__name__)

Loudness = Literal["-14", "-16", "-23", "off"]
RampS = Annotated[float, msgspec.Meta(ge=0.01, le=10)]
SoundChoice = Literal["surround", "stereo"]
TimeDisplay = Literal["timecode", "frames", "seconds"]
Level = Annotated[float, msgspec.Meta(ge=-60, le=24)]
MAX_EARLIER_PACKS = 20
EarlierPacks = Annotated[tuple[str, ...], msgspec.Meta(max_length=MAX_EARLIER_PACKS)]


def _about(describe: Callable[[], str], *, can_be_set: bool = True) -> dict[str, Any]:
    return {"describe": describe, "can_be_set": can_be_set}


@dataclass(frozen=True, slots=True)
class Settings:
    """What is saved between sessions; each field describes itself."""

    n_threads: Annotated[int, msgspec.Meta(ge=0, le=1024)] = field(
        default=0, metadata=_about(lambda: tr("cores that analysis may use; 0 for all"))
    )
    last_folder: str = field(
        default="", metadata=_about(lambda: tr("folder of the last opened clip"))
    )
    music_gain_db: Level = field(
        default=0.0, metadata=_about(lambda: tr("level of the music in a new mix, in dB"))
    )
    clip_gain_db: Level = field(
        default=0.0,
        metadata=_about(lambda: tr("level of the clip's sound in a new mix, in dB")),
    )
    duck_speech: bool = field(
        default=True, metadata=_about(lambda: tr("lower the music where somebody speaks"))
    )
    speech_above_lu: Annotated[float, msgspec.Meta(ge=0, le=40)] = field(
        default=10.0,
        metadata=_about(lambda: tr("how far speech is above the music, in LU")),
    )
    duck_attack_s: RampS = field(
        default=0.3, metadata=_about(lambda: tr("how long the music takes to be lowered"))
    )
    duck_release_s: RampS = field(
        default=0.8, metadata=_about(lambda: tr("how long the music takes to come back"))
    )
    exports_are_picks: bool = field(
        default=False, metadata=_about(lambda: tr("count an exported track as your pick"))
    )
    drag_folder: str = field(
        default="",
        metadata=_about(lambda: tr("where files that are dragged out go")),
    )
    theme: Literal["system", "light", "dark"] = field(
        default="system", metadata=_about(lambda: tr("colours of the window"))
    )
    language: Literal["system", "en", "de", "zh"] = field(
        default="system", metadata=_about(lambda: tr("language of all that Soundbed says"))
    )
    text_size: Annotated[int, msgspec.Meta(ge=75, le=200)] = field(
        default=100, metadata=_about(lambda: tr("size of the window's text, in percent"))
    )
    time_display: TimeDisplay = field(
        default="timecode", metadata=_about(lambda: tr("how times of a clip are shown"))
    )
    active_pack: str = field(
        default="",
        metadata=_about(
            lambda: tr("matching pack's folder; empty means bundled"), can_be_set=False
        ),
    )
    earlier_packs: EarlierPacks = field(
        default=(),
        metadata=_about(
            lambda: tr("matching packs in use before, the last first"), can_be_set=False
        ),
    )
    loudness: Loudness = field(
        default="-14",
        metadata=_about(lambda: tr("loudness of the music in LUFS, or off")),
    )

    surround: SoundChoice = field(
        default="surround",
        metadata=_about(lambda: tr("a clip's surround sound in exported videos")),
    )

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            try:
                msgspec.convert(value, _type_of(name))
            except msgspec.ValidationError as error:
                raise ValueError(f"{name} is {value!r}") from error


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as people see it.

    Attributes:
        name: as in the file.
        value: in use now.
        default: of a new installation.
        description: translated.
        allowed: which values may be set, translated; "" when a user can't set it by name.
    """

    name: str
    value: object
    default: object
    description: str
    allowed: str


def list_settings(settings: Settings) -> tuple[Setting, ...]:
    """Return every setting with its value."""
    return tuple(
        Setting(
            name=row.name,
            value=getattr(settings, row.name),
            default=row.default,
            description=row.metadata["describe"](),
            allowed=_allowed(row.name) if row.metadata["can_be_set"] else "",
        )
        for row in fields(Settings)
    )


def find_setting(settings: Settings, name: str) -> Setting:
    """Return the setting of this name.

    Raises:
        InputError: when there is none.
    """
    by_name = {setting.name: setting for setting in list_settings(settings)}
    if name not in by_name:
        raise InputError(
            tr("There is no setting “{name}”.").format(name=name),
            remedy=tr("The settings are: {names}.").format(names=", ".join(by_name)),
        )
    return by_name[name]


def set_setting(name: str, text: str) -> Settings:
    """Save one setting with the value that a user typed, and return all.

    Raises:
        InputError: when there is no such setting, it can't have this value, or the file was
            written by a newer Soundbed.
        ExportError: when the folder can't be written.
    """
    settings = load_settings()
    allowed = find_setting(settings, name).allowed
    if not allowed:
        raise InputError(tr("{name} can't be set with this command.").format(name=name))
    try:
        value = msgspec.convert(text, _type_of(name), strict=False)
    except msgspec.ValidationError:
        raise InputError(
            tr("{name} can't be “{value}”.").format(name=name, value=text),
            remedy=tr("Allowed: {values}.").format(values=allowed),
        ) from None
    _write(lambda _: {name: value})
    return replace(settings, **{name: value})


def load_settings(warn: Callable[[str], None] | None = None) -> Settings:
    """Read the settings, with the default of each that can't be used.

    Args:
        warn: gets a sentence for each problem; it is in the log in any case.
    """
    try:
        values = _read_file(warn)
    except InputError as problem:
        _report(problem, warn)
        return Settings()
    usable = {}
    for row in fields(Settings):
        if row.name not in values:
            continue
        try:
            usable[row.name] = msgspec.convert(values[row.name], _type_of(row.name))
        except msgspec.ValidationError:
            _report(_not_allowed(row.name, values[row.name], row.default), warn)
    return Settings(**usable)


def save_settings(settings: Settings, before: Settings | None = None) -> None:
    """Save the settings that changed; everything else in the file is unchanged.

    Args:
        settings: the new ones.
        before: the settings that were changed; None for those in the file.

    Raises:
        InputError: when the file was written by a newer Soundbed.
        ExportError: when the folder can't be written.
    """
    changed = _changed(before or load_settings(), settings)
    _write(lambda _: changed)


def change_settings(change: Callable[[Settings], Settings]) -> Settings:
    """Save what a change makes of the settings in the file, and return them.

    No other process writes the file meanwhile, so that a value may be made of an earlier one.

    Args:
        change: returns the new settings; raises to leave them as they are.

    Raises:
        InputError, ExportError: see `save_settings`.
    """

    def apply(before: Settings) -> dict[str, Any]:
        return _changed(before, change(before))

    _write(apply)
    return load_settings()


def _changed(before: Settings, after: Settings) -> dict[str, Any]:
    old = asdict(before)
    return {name: value for name, value in asdict(after).items() if value != old[name]}


def _write(change: Callable[[Settings], dict[str, Any]]) -> None:
    defaults = {"version": SETTINGS_VERSION, **asdict(Settings())}
    # Two processes that change different settings at once keep both.
    with exclusive("settings", str(settings_file())):
        values = {**defaults, **_read_file(None)}
        values |= change(load_settings())
        try:
            write_text(settings_file(), json.dumps(values, indent=1) + "\n")
        except ExportError as error:
            raise ExportError(error.problem, path=error.path, remedy=data_remedy(error)) from error


def _read_file(warn: Callable[[str], None] | None) -> dict[str, Any]:
    """Return the values in the file; a file that isn't JSON is renamed to .bad.

    Raises:
        InputError: when the file can't be read, or a newer Soundbed wrote it.
    """
    path = settings_file()
    try:
        # Python's own reader: a folder's name may hold lone surrogates, which msgspec refuses.
        values = msgspec.convert(json.loads(path.read_text("utf-8")), dict[str, Any])
        version = msgspec.convert(values.get("version", SETTINGS_VERSION), int)
    except FileNotFoundError:
        return {}
    except OSError as error:
        # The disk may be readable again later: the file is kept.
        raise InputError(
            tr("the settings can't be read ({reason}); the defaults are used.").format(
                reason=error.strerror or error
            ),
            path=path,
            remedy=tr("Make this file readable."),
        ) from error
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        _report(_set_aside(path, error), warn)
        return {}
    if version > SETTINGS_VERSION:
        raise InputError(
            tr("a newer Soundbed saved these settings (format {version}).").format(version=version),
            path=path,
            remedy=tr("Update Soundbed. Until then the defaults are used and the file is kept."),
        )
    return values


@cache
def _types() -> dict[str, Any]:
    return get_type_hints(Settings, include_extras=True)


def _type_of(name: str) -> Any:
    return _types()[name]


def _allowed(name: str) -> str:
    kind = _type_of(name)
    if kind is str:
        return tr("any text")
    if kind is bool:
        return "true, false"
    if get_origin(kind) is Literal:
        return ", ".join(get_args(kind))
    number, limits = get_args(kind)
    if number is int:
        sentence = tr("whole numbers from {low} to {high}")
    else:
        sentence = tr("numbers from {low} to {high}")
    return sentence.format(low=limits.ge, high=limits.le)


def _not_allowed(name: str, value: object, default: object) -> InputError:
    can_be_set = bool(find_setting(Settings(), name).allowed)
    return InputError(
        tr("{name} can't be {value}; the default {default} is used.").format(
            name=name, value=json.dumps(value)[:80], default=json.dumps(default)
        ),
        path=settings_file(),
        remedy=tr("Set it with: soundbed config {name} VALUE").format(name=name)
        if can_be_set
        else tr("Correct it in this file."),
    )


def _set_aside(path: Path, error: Exception) -> InputError:
    kept = path.with_name(f"{path.name}.bad")
    try:
        path.replace(kept)
    except OSError:
        kept = path
    return InputError(
        tr("the settings can't be read ({reason}); the defaults are used.").format(reason=error),
        path=kept,
        remedy=tr("Correct this file and put it back, or delete it."),
    )


def _report(problem: SoundbedError, warn: Callable[[str], None] | None) -> None:
    _log.warning("%s", problem)
    if warn is not None:
        warn(str(problem))
