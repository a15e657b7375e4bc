"""`soundbed config [NAME [VALUE]]`: see and set the settings."""

import argparse
from typing import TYPE_CHECKING

from engine.translation import tr

if TYPE_CHECKING:
    from engine.settings import Setting, Settings


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "config",
        help=tr("see and change settings"),
        description=tr("Shows all settings, shows one of them, or changes it."),
        allow_abbrev=False,
    )
    parser.add_argument("name", metavar=tr("NAME"), nargs="?", help=tr("name of a setting"))
    parser.add_argument("value", metavar=tr("VALUE"), nargs="?", help=tr("the new value"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show or set."""
    from engine.cli.terminal import plain
    from engine.settings import find_setting, load_settings, set_setting

    if arguments.value is not None:
        settings = set_setting(arguments.name, arguments.value)
    else:
        settings = load_settings()
    if arguments.name is None:
        print(as_text(settings))
        return 0
    print(plain(describe(find_setting(settings, arguments.name))))
    return 0


def as_text(settings: "Settings") -> str:
    """Return all settings as a table."""
    from engine.cli.table import format_table
    from engine.settings import list_settings

    rows = [
        [setting.name, _shown(setting.value), _shown(setting.default), setting.description]
        for setting in list_settings(settings)
    ]
    headers = [tr("Setting"), tr("Value"), tr("Default"), tr("Meaning")]
    return format_table(headers, rows, shrink=(1, 3))


def describe(setting: "Setting") -> str:
    """Return a setting with its value, its meaning and what it may be, in one line."""
    sentence = tr("{name} is {value} (default {default}): {description}.")
    if setting.allowed:
        sentence = tr("{name} is {value} (default {default}): {description}. Allowed: {allowed}.")
    return sentence.format(
        name=setting.name,
        value=_shown(setting.value),
        default=_shown(setting.default),
        description=setting.description,
        allowed=setting.allowed,
    )


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    return str(value) or "–"
