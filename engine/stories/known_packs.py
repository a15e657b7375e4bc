"""The matching packs that can be chosen: where they are, and whether they can be used."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.encoders.matching import BANK, BUNDLED_PACK, PACK_KIND, MatchingPack
from engine.encoders.pack_fingerprints import SeenClips
from engine.encoders.pack_manifest import (
    MANIFEST_NAME,
    PackManifest,
    is_bundled,
    load_manifest,
    read_file,
)
from engine.encoders.visual import check_network_pack, find_pack, pack_version
from engine.errors import InputError, PackError, display_path
from engine.music.vector import VERSION
from engine.path_checks import is_file, is_folder, is_there
from engine.paths import bundled_models_dir, user_models_dir
from engine.settings import load_settings
from engine.translation import tr

Place = Literal["bundled", "models", "elsewhere"]
_MAX_REASON = 500
# Cards, reports and plots.
_MAX_TEXT_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class KnownPack:
    """A matching pack in a folder.

    Attributes:
        folder: where it is.
        place: "bundled", "models" (the user's folder of model packs) or "elsewhere".
        id: its name; that of the folder, as it is shown, where it can't be read.
        in_use: whether clips are ranked with it.
        candidate: why it wasn't published; "" for a pack that was.
        training_data: what it learnt from, in one sentence; "" where that can't be read.
        made_at: when it was written, in seconds since 1970; None where that isn't known.
        video_version: of the features of clips that it needs; "" where that can't be read.
        seen: the clips that it learnt from; None where it doesn't say.
        problem: why it can't be used, translated; "" where it can.
    """

    folder: Path
    place: Place
    id: str
    in_use: bool
    candidate: str = ""
    training_data: str = ""
    made_at: float | None = None
    video_version: str = ""
    seen: SeenClips | None = None
    problem: str = ""


def bundled_pack() -> Path:
    """Return the folder of the bundled matching pack."""
    return bundled_models_dir() / BUNDLED_PACK


def pack_in_use() -> Path:
    """Return the folder of the matching pack in use, which may be missing."""
    return folder_of(load_settings().active_pack)


def known_packs(others: Iterable[Path] = ()) -> list[KnownPack]:
    """Return the bundled pack, those of the user, and those in use now and before, checked.

    Args:
        others: further folders that are, or contain, matching packs.
    """
    settings = load_settings()
    used = [folder_of(text) for text in (settings.active_pack, *settings.earlier_packs)]
    found = {bundled_pack(): "", **_packs_in(user_models_dir()), **dict.fromkeys(used, "")}
    for other in others:
        for folder, problem in _packs_named(other.absolute()).items():
            found.setdefault(folder, problem)
    return [
        KnownPack(
            folder, _place_of(folder), display_path(folder.name), folder == used[0], problem=problem
        )
        if problem
        else described_pack(folder, folder == used[0])
        for folder, problem in found.items()
    ]


def find_known_pack(name: str) -> Path:
    """Return the folder of a pack that a user named.

    Args:
        name: a folder, or the name of a bundled pack or of one among the user's model packs.

    Raises:
        InputError: when there is none, or several have the name.
    """
    folder = Path(name)
    if is_folder(folder):
        return folder.absolute()
    found = [
        each
        for each, problem in {bundled_pack(): "", **_packs_in(user_models_dir())}.items()
        if not problem and name in (each.name, _id_of(each))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            tr("several matching packs have the name “{name}”.").format(name=name),
            remedy=tr("Name one by its folder: {folders}").format(
                folders=", ".join(map(display_path, found))
            ),
        )
    raise InputError(
        tr("there is no such matching pack."),
        path=folder,
        remedy=tr("Name its folder, or a pack that “soundbed pack list” shows."),
    )


def checked_pack(folder: Path) -> MatchingPack:
    """Load the matching pack of a folder, after a check of all that is in it.

    Raises:
        PackError: when it can't be used with this version of Soundbed, or a file of it was edited
            or is missing; the message says why.
    """
    pack = MatchingPack.load(folder)
    manifest = load_manifest(folder)
    for name in manifest.files:
        # The others were read with it.
        if name not in (*manifest.inputs, BANK):
            read_file(folder, manifest, name, _MAX_TEXT_BYTES)
    SeenClips.of_pack(folder)
    network = find_pack(pack.video_version)
    check_network_pack(network)
    _require_current(pack, folder, network)
    return pack


def candidate_reason(manifest: PackManifest) -> str:
    """Return why a pack is only a candidate; "" for one that was published."""
    reason = manifest.extra.get("candidate")
    if reason is None or reason == "":
        return ""
    # The manifest may be a stranger's.
    return display_path(str(reason)[:_MAX_REASON])


def _require_current(pack: MatchingPack, folder: Path, network: Path | None) -> None:
    """Raise PackError where clips or tracks are described in another way than the pack needs."""
    for needed, made in (
        (pack.video_version, pack_version(network)),
        (pack.music_version, VERSION),
    ):
        if needed != made:
            raise PackError(
                tr("the model pack needs features “{expected}”, not “{found}”.").format(
                    expected=needed, found=made
                ),
                path=folder,
                remedy=tr("Use a pack made for this version of Soundbed, or train one."),
            )


def described_pack(folder: Path, in_use: bool) -> KnownPack:
    """Return what is known of a pack, after a check.

    Args:
        folder: where it is, or should be.
        in_use: whether clips are ranked with it.
    """
    place = _place_of(folder)
    try:
        manifest = load_manifest(folder)
    except PackError as error:
        return KnownPack(folder, place, display_path(folder.name), in_use, problem=str(error))
    problem, seen = "", None
    try:
        checked_pack(folder)
        seen = SeenClips.of_pack(folder)
    except PackError as error:
        problem = str(error)
    return KnownPack(
        folder,
        place,
        manifest.id,
        in_use,
        candidate_reason(manifest),
        manifest.training_data,
        _written_at(folder),
        manifest.feature_versions.get("video", ""),
        seen,
        problem,
    )


def _place_of(folder: Path) -> Place:
    if is_bundled(folder):
        return "bundled"
    return "models" if folder.parent == user_models_dir().absolute() else "elsewhere"


def _written_at(folder: Path) -> float | None:
    try:
        return (folder / MANIFEST_NAME).stat().st_mtime
    except OSError:
        return None


def _packs_named(folder: Path) -> dict[Path, str]:
    """Return the packs that a user means by a folder: it itself, or those in it.

    Returns:
        As `_packs_in`; the folder itself, with the reason, where there is none.
    """
    if is_file(folder / MANIFEST_NAME):
        return {folder: ""}
    if not is_there(folder):
        return {folder: tr("there is no such folder.")}
    return _packs_in(folder) or {folder: tr("there is no matching pack in this folder.")}


def _packs_in(parent: Path) -> dict[Path, str]:
    """Return the folders of matching packs in a folder.

    Returns:
        By the folder, "" or why it can't be read: then nobody knows whether it is a matching pack.
    """
    parent = parent.absolute()
    try:
        inside = sorted(parent.iterdir())
    except FileNotFoundError:
        return {}
    except OSError as error:
        return {parent: _unreadable(error)}
    found = {}
    for folder in inside:
        try:
            (folder / MANIFEST_NAME).stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            found[folder] = _unreadable(error)
            continue
        if _is_matching(folder):
            found[folder] = ""
    return found


def _unreadable(error: OSError) -> str:
    return tr("the folder can't be read ({reason}).").format(reason=error.strerror or error)


def _is_matching(folder: Path) -> bool:
    try:
        return load_manifest(folder).kind == PACK_KIND
    except PackError:
        # What is wrong with it is shown.
        return True


def _id_of(folder: Path) -> str:
    try:
        return load_manifest(folder).id
    except PackError:
        return ""


def folder_of(setting: str) -> Path:
    """Return the folder of a pack that the settings name; "" is the bundled one."""
    return Path(setting) if setting else bundled_pack()
