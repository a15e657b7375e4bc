"""STORY: another matching pack is used from now on, or the one before again.

The settings name the pack in use and those before it. They are written last and at once: whoever
is stopped meanwhile still has the old pack.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

from engine.encoders.matching import MatchingPack, space_of
from engine.encoders.pack_manifest import load_manifest
from engine.errors import InputError, PackError
from engine.library.columns_loading import refresh_columns
from engine.library.database import Database
from engine.library.library import Library
from engine.library.operation import Operation
from engine.music.vector import VERSION
from engine.paths import user_library
from engine.progress import Progress
from engine.settings import MAX_EARLIER_PACKS, Settings, change_settings, load_settings
from engine.stories.embed import embed_missing
from engine.stories.known_packs import (
    KnownPack,
    bundled_pack,
    candidate_reason,
    checked_pack,
    described_pack,
    folder_of,
    pack_in_use,
)
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class ChosenPacks:
    """What the settings say of matching packs.

    Attributes:
        active: the folder of the pack in use; "" for the bundled one.
        earlier: those in use before, the last first.
    """

    active: str
    earlier: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what settings say."""
        return cls(settings.active_pack, settings.earlier_packs)


@dataclass(frozen=True, slots=True)
class ReturnToPacks(Operation):
    """Undoes or redoes a change of the matching pack, which is checked before.

    Attributes:
        wanted: what the settings say after it.
        expected: what they say before it; where they don't, another pack was chosen meanwhile.
    """

    part: ClassVar[type] = MatchingPack

    wanted: ChosenPacks
    expected: ChosenPacks

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Choose matching pack")

    def apply(self, database: Database) -> "ReturnToPacks":
        """Change the settings; the vectors of the pack are in the library already.

        Raises:
            InputError: when another pack was chosen meanwhile.
            PackError: when the pack can't be used any more.
            ExportError: when the settings can't be written.
        """
        checked_pack(folder_of(self.wanted.active))
        _replace(self.expected, self.wanted)
        return ReturnToPacks(self.expected, self.wanted)


@dataclass(frozen=True, slots=True)
class PackChange:
    """Which matching pack is used now.

    Attributes:
        folder: of the pack in use now.
        before: of the one that was in use.
        id: name of the pack in use now.
        undo: goes back to what was in use.
        candidate: why it wasn't published; "" for a pack that was.
        n_embedded: tracks of the user's library that were embedded for it; the vectors for
            other packs are kept.
        passed_over: earlier packs that can't be used any more, with the reason.
    """

    folder: Path
    before: Path
    id: str
    undo: ReturnToPacks
    candidate: str = ""
    n_embedded: int = 0
    passed_over: tuple[tuple[Path, str], ...] = ()


def use_pack(folder: Path, progress: Progress, *, force: bool = False) -> PackChange:
    """Rank with the matching pack of a folder from now on.

    The pack is checked and the user's tracks are embedded for it first. Vectors for other packs
    are kept, so that going back takes no time.

    Args:
        folder: of the pack.
        progress: steps once a batch of tracks; cancelling leaves the pack in use as it is.
        force: whether a candidate may be used, which lost against the pack it was to replace.

    Raises:
        InputError: when it is in use already, or a candidate and not forced.
        PackError: when it can't be used.
        LibraryError: when the user's library can't be read or written.
        ExportError: when the settings can't be written.
        Cancelled: when the user stopped it.
    """
    folder = folder.absolute()
    progress.step(tr("Checking the pack"))
    pack = checked_pack(folder)
    reason = candidate_reason(load_manifest(folder))
    if reason and not force:
        raise InputError(
            tr("this pack is only a candidate: {reason}").format(reason=reason),
            path=folder,
            remedy=tr(
                "Compare it first, or publish it all the same; on the command line, use it all the "
                "same with --force."
            ),
        )
    if folder == pack_in_use():
        raise InputError(tr("this pack is in use already."), path=folder)
    n_embedded = _embed(pack, progress)
    before = ChosenPacks.of(load_settings())
    now = ChosenPacks(_setting_of(folder), (before.active, *before.earlier)[:MAX_EARLIER_PACKS])
    progress.check()
    _replace(before, now)
    undo = ReturnToPacks(before, now)
    return PackChange(folder, folder_of(before.active), pack.id, undo, reason, n_embedded)


def roll_back(progress: Progress) -> PackChange:
    """Rank with the matching pack before the one in use again; each call goes one pack back.

    Packs that can't be used any more are passed over, as is the one in use.

    Raises:
        InputError: when no other one was in use before.
        PackError: when no earlier pack can be used.
        LibraryError, ExportError, Cancelled: as in `use_pack`.
    """
    passed_over: list[tuple[Path, str]] = []
    before = ChosenPacks.of(load_settings())
    earlier = _others(before)
    if not earlier:
        raise InputError(
            tr("No other matching pack was in use before."),
            remedy=tr("Choose one in the settings; on the command line: soundbed pack use PACK"),
        )
    for number, setting in earlier:
        folder = folder_of(setting)
        progress.step(tr("Checking the pack"))
        try:
            pack = checked_pack(folder)
        except PackError as error:
            passed_over.append((folder, error.without_path))
            continue
        n_embedded = _embed(pack, progress)
        progress.check()
        now = ChosenPacks(setting, before.earlier[number + 1 :])
        _replace(before, now)
        return PackChange(
            folder,
            folder_of(before.active),
            pack.id,
            ReturnToPacks(before, now),
            candidate_reason(load_manifest(folder)),
            n_embedded,
            tuple(passed_over),
        )
    raise PackError(
        tr("no pack that was in use before can be used any more ({reason}).").format(
            reason=passed_over[0][1]
        ),
        path=passed_over[0][0],
        remedy=tr(
            "Choose the bundled one in the settings; on the command line: soundbed pack use {name}"
        ).format(name=bundled_pack().name),
    )


def pack_before() -> KnownPack | None:
    """Return the pack that `roll_back` goes to; None where there is none."""
    for _, setting in _others(ChosenPacks.of(load_settings())):
        pack = described_pack(folder_of(setting), in_use=False)
        if not pack.problem:
            return pack
    return None


def _others(packs: ChosenPacks) -> list[tuple[int, str]]:
    """Return the earlier packs but the one in use, with their place in the list."""
    return [(n, one) for n, one in enumerate(packs.earlier) if one != packs.active]


def n_to_embed(folder: Path) -> int:
    """Return how many of the user's tracks would be embedded before a pack is used.

    Raises:
        LibraryError: when the user's library can't be read.
        PackError: when the pack's space can't be read.
    """
    if not user_library().exists():
        return 0
    return len(Library.open_to_read().embeddings.missing(space_of(folder), VERSION))


def _replace(expected: ChosenPacks, wanted: ChosenPacks) -> None:
    """Change the settings, unless they say something else by now than they did."""

    def change(settings: Settings) -> Settings:
        if ChosenPacks.of(settings) != expected:
            raise InputError(
                tr("Another matching pack was chosen meanwhile."), remedy=tr("Try it again.")
            )
        return replace(settings, active_pack=wanted.active, earlier_packs=wanted.earlier)

    change_settings(change)


def _setting_of(folder: Path) -> str:
    """Return what the settings say for a pack: nothing for the bundled one of any version."""
    return "" if folder == bundled_pack() else str(folder)


def _embed(pack: MatchingPack, progress: Progress) -> int:
    """Embed the user's tracks for a pack; return how many."""
    if not user_library().exists():
        return 0
    library = Library.open()
    n_embedded = embed_missing(library, pack, progress)
    refresh_columns(library.database, pack.space)
    return n_embedded
