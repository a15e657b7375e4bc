"""The calls that the window makes to the engine about matching packs, see `desktop.session`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.progress import Progress
from engine.stories.choose_pack import PackChange
from engine.stories.known_packs import KnownPack

if TYPE_CHECKING:
    from engine.training.compare_packs import PackComparison


@dataclass(frozen=True, slots=True)
class PackListing:
    """The matching packs that can be chosen.

    Attributes:
        packs: all, the bundled one first.
        before: the one that `roll_back_pack` goes to; None where there is none.
        compared: what the packs' own comparisons with the pack that they were made from say, by
            their folders; only of packs that have one.
        n_to_embed: tracks of the user that a pack has no vectors of yet, by its folder; only
            where there are some.
    """

    packs: tuple[KnownPack, ...]
    before: KnownPack | None = None
    compared: Mapping[Path, str] = field(default_factory=dict)
    n_to_embed: Mapping[Path, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackReport:
    """What a pack says of itself.

    Attributes:
        text: its card, in Markdown.
        plot: of its training, as PNG; None where it has none.
        plot_name: by which the card names it.
    """

    text: str
    plot: bytes | None
    plot_name: str


class PackSession(Protocol):
    """The matching packs, as the window uses them."""

    def pack_in_use(self) -> KnownPack:
        """Return the matching pack in use, which may be missing or damaged."""

    def list_packs(self, others: Collection[Path]) -> PackListing:
        """Return the packs that can be chosen, checked.

        Args:
            others: further folders that are, or contain, packs.
        """

    def pack_report(self, folder: Path) -> PackReport:
        """Return what a pack says of itself.

        Raises:
            PackError: when the pack is gone or damaged, or has no report.
        """

    def use_pack(self, folder: Path, progress: Progress, *, force: bool = False) -> PackChange:
        """Rank with the pack of a folder from now on, see `engine.stories.choose_pack`.

        Args:
            folder: of the pack.
            progress: may cancel; then the pack in use stays.
            force: whether it may be a candidate.
        """

    def roll_back_pack(self, progress: Progress) -> PackChange:
        """Rank with the pack before the one in use again."""

    def compare_packs(
        self,
        packs: tuple[Path, Path],
        edits: Path | None,
        progress: Progress,
        *,
        with_picks: bool = False,
    ) -> "PackComparison":
        """Rank people's own choices by two packs, see `engine.training.compare_packs`.

        Args:
            packs: folders of the two.
            edits: a folder of finished edits; None for none.
            progress: may cancel; what was analysed by then is kept.
            with_picks: whether the user's picks count.
        """
