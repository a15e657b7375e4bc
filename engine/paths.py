"""Where Soundbed keeps things: the only module that knows the system's folders."""

import os
from importlib.resources import files
from pathlib import Path

import appdirs

_NAME = "soundbed"


def _own(variable: str, default: str) -> Path:
    # One variable moves everything: portable installs, tests, several profiles.
    home = os.environ.get("SOUNDBED_HOME")
    return (Path(home) / variable) if home else Path(default)


def config_dir() -> Path:
    """Settings."""
    return _own("config", appdirs.user_config_dir(_NAME, False))


def data_dir() -> Path:
    """The user's library, installed model packs and music packs."""
    return _own("data", appdirs.user_data_dir(_NAME, False))


def cache_dir() -> Path:
    """Proxies and features, which can be computed again."""
    return _own("cache", appdirs.user_cache_dir(_NAME, False))


def log_dir() -> Path:
    """The rotating log file."""
    return _own("log", appdirs.user_log_dir(_NAME, False))


def assets_dir() -> Path:
    """The bundled models, music and demo clip; may not be writable."""
    return Path(str(files("assets")))


def bundled_library_dir() -> Path:
    """The bundled music: library.sqlite and tracks/."""
    return assets_dir() / "library"


def bundled_models_dir() -> Path:
    """The bundled model packs, one folder each."""
    return assets_dir() / "models"


def demo_clip() -> Path:
    """The bundled demo clip."""
    return assets_dir() / "demo" / "demo.mp4"


def user_library() -> Path:
    """The database of the user's own tracks, picks and saved arrangements."""
    return data_dir() / "library.sqlite"


def user_models_dir() -> Path:
    """Model packs that the user trained or installed."""
    return data_dir() / "models"


def music_packs_dir() -> Path:
    """The music of installed music packs, one folder each."""
    return data_dir() / "music-packs"


def pack_analysis() -> Path:
    """Analyses made while building music packs, so that a stopped build resumes; safe to delete."""
    return cache_dir() / "music-packs.sqlite"


def settings_file() -> Path:
    """The typed settings, as JSON."""
    return config_dir() / "settings.json"


def log_file() -> Path:
    """The log that `soundbed doctor` names."""
    return log_dir() / "soundbed.log"
