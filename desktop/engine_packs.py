"""The part of the session that lists, compares and chooses matching packs."""

import logging
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.pack_session import PackListing, PackReport, PackSession
from engine.encoders.pack_manifest import CARD, PLOT
from engine.errors import LibraryError, PackError
from engine.progress import Progress
from engine.stories.choose_pack import PackChange
from engine.stories.known_packs import KnownPack

if TYPE_CHECKING:
    from engine.training.compare_packs import PackComparison

_log = logging.getLogger(__name__)
_MAX_CARD_BYTES = 2**20
_MAX_PLOT_BYTES = 16 * 2**20


class EnginePacks(PackSession):
    """Runs the stories of matching packs; the methods are described in `desktop.pack_session`."""

    def pack_in_use(self) -> KnownPack:
        from engine.stories.known_packs import described_pack, pack_in_use

        return described_pack(pack_in_use(), in_use=True)

    def list_packs(self, others: Collection[Path]) -> PackListing:
        from engine.stories.choose_pack import pack_before
        from engine.stories.known_packs import known_packs
        from engine.training.pack_comparison import words_of_pack

        packs = tuple(known_packs(others))
        usable = [pack.folder for pack in packs if not pack.problem]
        compared = {pack.folder: words_of_pack(pack.folder) for pack in packs}
        counts = {folder: _n_to_embed(folder) for folder in usable}
        return PackListing(
            packs,
            pack_before(),
            {folder: text for folder, text in compared.items() if text},
            {folder: n for folder, n in counts.items() if n},
        )

    def pack_report(self, folder: Path) -> PackReport:
        from engine.encoders.pack_manifest import load_manifest, read_file

        manifest = load_manifest(folder)
        text = read_file(folder, manifest, CARD, _MAX_CARD_BYTES).decode("utf-8", "replace")
        has_plot = PLOT in manifest.files
        plot = read_file(folder, manifest, PLOT, _MAX_PLOT_BYTES) if has_plot else None
        return PackReport(text, plot, PLOT)

    def use_pack(self, folder: Path, progress: Progress, *, force: bool = False) -> PackChange:
        from engine.stories.choose_pack import use_pack

        return use_pack(folder, progress, force=force)

    def roll_back_pack(self, progress: Progress) -> PackChange:
        from engine.stories.choose_pack import roll_back

        return roll_back(progress)

    def compare_packs(
        self,
        packs: tuple[Path, Path],
        edits: Path | None,
        progress: Progress,
        *,
        with_picks: bool = False,
    ) -> "PackComparison":
        from engine.training.compare_packs import ChoicesRequest, compare_packs
        from engine.training.data.features_cache import FeatureOptions

        request = ChoicesRequest(edits, with_picks, FeatureOptions())
        return compare_packs(*packs, request, progress)


def _n_to_embed(folder: Path) -> int:
    from engine.stories.choose_pack import n_to_embed

    try:
        return n_to_embed(folder)
    except (LibraryError, PackError) as error:
        # Using the pack says what is wrong.
        _log.info("can't count the tracks to embed: %s", error)
        return 0
