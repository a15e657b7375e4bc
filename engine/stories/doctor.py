"""STORY: check this installation → what is installed, and what is wrong with it."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine import __version__, paths
from engine.encoders import audio, matching, profile, sentences, text, visual, voice
from engine.encoders.pack_manifest import PackManifest, load_manifest, read_file
from engine.encoders.session import available_providers, read_network
from engine.errors import LibraryError, PackError, display_path
from engine.files import existing_folder
from engine.library.database import sqlite_version
from engine.library.library import BUNDLED_NAME, Library
from engine.limits import available_cores, n_cores
from engine.settings import load_settings
from engine.stories.library_health import examine_library
from engine.translation import tr
from engine.unfinished import left_behind

# Run in a separate process: importing torch takes seconds and a gigabyte.
_TORCH_PROGRAM = (
    "import torch; ok = torch.cuda.is_available(); "
    "print(torch.__version__, torch.cuda.get_device_name(0) if ok else '-', sep='|')"
)
_TIMEOUT_S = 60
_LITTLE_SPACE = 200 * 2**20
_BUNDLED = (
    visual.PACK,
    audio.PACK,
    voice.PACK,
    profile.BUNDLED_PACK,
    sentences.PACK,
    text.PACK,
    matching.BUNDLED_PACK,
)
_PACKAGES = (
    "numpy", "onnxruntime", "opencv-python-headless", "av", "soundfile", "soxr", "msgspec",
    "appdirs", "rich", "OpenTimelineIO", "PySide6-Essentials", "PySide6-Addons", "torch",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation.

    Attributes:
        name: for JSON.
        title: translated.
        values: what was found.
        problems: translated sentences; empty when there are none.
    """

    name: str
    title: str
    values: Mapping[str, object]
    problems: tuple[str, ...] = field(default=())


def examine() -> tuple[Finding, ...]:
    """Check versions, packs, libraries, folders, codecs, GPU, screen and settings."""
    problems: list[str] = []
    settings = load_settings(problems.append)
    return (
        _versions(),
        _packs(settings.active_pack),
        _own_library(),
        _bundled_library(),
        _folders(),
        _temporary_files(),
        _codecs(),
        _machine(),
        Finding("settings", tr("Settings"), asdict(settings), tuple(problems)),
    )


def _versions() -> Finding:
    found: dict[str, object] = {
        "soundbed": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "sqlite": sqlite_version(),
    }
    problems = []
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = tr("not installed")
            if name != "torch":
                problems.append(
                    tr("{package} isn't installed. Install Soundbed again.").format(package=name)
                )
    return Finding("versions", tr("Versions"), found, tuple(problems))


def _packs(active: str) -> Finding:
    found: dict[str, object] = {}
    problems = []
    bundled = paths.bundled_models_dir()
    folders = [bundled / name for name in _BUNDLED]
    if paths.user_models_dir().is_dir():
        folders += sorted(path for path in paths.user_models_dir().iterdir() if path.is_dir())
    if active and Path(active) not in folders:
        folders.append(Path(active))
    for folder in folders:
        name = folder.name if folder.parent == bundled else display_path(folder)
        try:
            found[name] = _verified(folder)
        except PackError as error:
            found[name] = tr("unusable")
            problems.append(str(error))
    return Finding("packs", tr("Model packs"), found, tuple(problems))


def _verified(folder: Path) -> str:
    manifest: PackManifest = load_manifest(folder)
    for name in manifest.files:
        is_network = name in manifest.inputs
        (read_network if is_network else read_file)(folder, manifest, name)
    if manifest.kind == visual.PACK_KIND:
        visual.pack_version(folder)
    elif manifest.kind == matching.PACK_KIND:
        visual.find_pack(manifest.feature_versions.get("video", ""))
    return tr("{kind} {version}, sha256 verified").format(
        kind=manifest.kind, version=manifest.version
    )


def _own_library() -> Finding:
    health = examine_library()
    return Finding("library", tr("Your library"), health.values, health.problems)


def _bundled_library() -> Finding:
    name, title = "bundled_library", tr("Bundled library")
    path = paths.bundled_library_dir() / BUNDLED_NAME
    found: dict[str, object] = {"path": display_path(path)}
    if not path.exists():
        found["tracks"] = tr("missing")
        missing = tr("The bundled music is missing. Install Soundbed again.")
        return Finding(name, title, found, (missing,))
    try:
        library = Library.open_bundled()
        found.update({state: n for state, n in library.tracks.n_by_state().items() if n})
        found["integrity"] = library.database.integrity()
    except LibraryError as error:
        return Finding(name, title, found, (str(error),))
    problems = () if found["integrity"] == "ok" else (
        str(LibraryError(tr("the library is damaged."), path=path)),
    )  # fmt: skip
    return Finding(name, title, found, problems)


def _temporary_files() -> Finding:
    """Find what ended processes have left and the last start couldn't delete."""
    left = [display_path(each.path) for each in left_behind()]
    problems = [
        tr("{path}: this temporary file can't be deleted. Delete it, or connect its drive.").format(
            path=path
        )
        for path in left
    ]
    return Finding("temporary_files", tr("Temporary files"), {"left": left}, tuple(problems))


def _folders() -> Finding:
    places = {
        "settings": paths.settings_file(),
        "data": paths.data_dir(),
        "models": paths.user_models_dir(),
        "cache": paths.cache_dir(),
        "log": paths.log_file(),
        "assets": paths.assets_dir(),
    }
    written = (paths.data_dir(), paths.config_dir(), paths.cache_dir(), paths.log_dir())
    problems = [
        tr("{folder}: this folder can't be written. Make it writable.").format(
            folder=display_path(folder)
        )
        for folder in written
        if not _can_be_written(existing_folder(folder))
    ]
    shown: dict[str, object] = {name: display_path(path) for name, path in places.items()}
    for name, folder in (("data", paths.data_dir()), ("cache", paths.cache_dir())):
        free = shutil.disk_usage(existing_folder(folder)).free
        shown[f"{name}_free_mb"] = free >> 20
        if free < _LITTLE_SPACE:
            problems.append(
                tr("{folder}: the disk is nearly full ({n} MB are free). Free some space.").format(
                    folder=display_path(folder), n=free >> 20
                )
            )
    return Finding("folders", tr("Folders and files"), shown, tuple(problems))


def _can_be_written(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)


def _codecs() -> Finding:
    from engine.media.codecs import DECODED, ENCODED, library_versions, missing_codecs

    missing_decoders, missing_encoders = missing_codecs()
    found: dict[str, object] = {
        "decoders": [name for name in DECODED if name not in missing_decoders],
        "encoders": [name for name in ENCODED if name not in missing_encoders],
        **library_versions(),
    }
    problems = [
        tr("There is no decoder or encoder for {codec}. Install PyAV again.").format(codec=name)
        for name in (*missing_decoders, *missing_encoders)
    ]
    return Finding("codecs", tr("Picture and sound formats"), found, tuple(problems))


def _machine() -> Finding:
    found: dict[str, object] = {
        "cores": available_cores(),
        "threads_used": n_cores(),
        "onnxruntime": list(available_providers()),
        "gpu": _gpu(),
        "torch": _torch(),
        "screen": _screen(),
    }
    return Finding("machine", tr("Machine"), found)


def _gpu() -> str:
    if shutil.which("nvidia-smi") is None:
        return tr("none found (none is needed)")
    query = ["nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]
    return _output_of(query) or tr("nvidia-smi is installed but lists no GPU")


def _torch() -> str:
    if importlib.util.find_spec("torch") is None:
        return tr("not installed (only training needs it)")
    answer = _output_of([sys.executable, "-c", _TORCH_PROGRAM])
    if answer is None:
        return tr("installed, but can't be loaded")
    installed, _, device = answer.partition("|")
    return installed if device == "-" else tr("{version}, trains on {device}").format(
        version=installed, device=device
    )  # fmt: skip


def _output_of(command: list[str]) -> str | None:
    try:
        answer = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=True,
            errors="replace",
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip() or None


def _screen() -> str:
    if sys.platform in ("win32", "darwin"):
        return tr("yes")
    for variable in ("WAYLAND_DISPLAY", "DISPLAY"):
        if os.environ.get(variable):
            return f"{variable}={os.environ[variable]}"
    return tr("none: the window can't open here, but the command line works")
