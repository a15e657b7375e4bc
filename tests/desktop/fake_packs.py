"""The matching packs of a session without an engine; the packs themselves are real, and tiny."""

import threading
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from desktop.engine_packs import EnginePacks
from desktop.pack_session import PackListing
from engine.encoders.pack_manifest import load_manifest
from engine.progress import Progress
from engine.stories.choose_pack import PackChange
from engine.training.compare_packs import ComparedPack, PackComparison
from engine.training.paired_ranks import PairedInterval


class FakePacks(EnginePacks):
    """Embeds nothing, and compares without reading a clip.

    Attributes:
        pack_gate: keeps a change, or a comparison, waiting until it is set.
        n_waiting: tracks that each pack is said to have no vectors of.
        compared: what was compared: two packs, and by which edits.
        difference: what a comparison finds.
    """

    pack_gate: threading.Event | None = None
    n_waiting = 0
    difference = PairedInterval(-0.03, -0.05, -0.01, 42, 9)

    def __init__(self) -> None:
        self.compared: list[tuple[Path, Path, Path | None, bool]] = []

    def list_packs(self, others: Collection[Path]) -> PackListing:
        found = super().list_packs(others)
        if not self.n_waiting:
            return found
        counts = {pack.folder: self.n_waiting for pack in found.packs if not pack.problem}
        return replace(found, n_to_embed=counts)

    def use_pack(self, folder: Path, progress: Progress, *, force: bool = False) -> PackChange:
        self._wait("Embedding tracks", progress)
        return super().use_pack(folder, progress, force=force)

    def compare_packs(
        self,
        packs: tuple[Path, Path],
        edits: Path | None,
        progress: Progress,
        *,
        with_picks: bool = False,
    ) -> PackComparison:
        self._wait("Analysing", progress)
        self.compared.append((*packs, edits, with_picks))
        first, second = (
            ComparedPack(folder, load_manifest(folder).id, "", rank)
            for folder, rank in zip(packs, (0.31, 0.28), strict=True)
        )
        skipped = ((Path("/edits/torn.mp4"), "it is damaged."),)
        return PackComparison(first, second, self.difference, 3, skipped, ("A note.",))

    def _wait(self, stage: str, progress: Progress) -> None:
        progress.step(stage, 1, 4)
        while self.pack_gate is not None and not self.pack_gate.wait(0.01):
            progress.step(stage, 1, 4)
