"""A pack learnt from nothing but pairs: a teacher and a student for each member."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import BUNDLED_PACK, MatchingPack
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.score_weights import LEARNED, STILL
from engine.errors import TrainingError
from engine.paths import bundled_models_dir
from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import PairSet, join
from engine.training.fitting.model_card import model_card
from engine.training.fitting.trainer import Fit
from engine.training.learners import Curve, Description
from engine.training.method.onnx_export import export_networks
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_writer import (
    PackContents,
    PictureParts,
    empty_bank,
    replace_bank,
    write_pack,
)
from engine.training.paired_ranks import embed_clips
from engine.training.seen_clips import clips_of
from engine.training.silent_parts import silent_parts
from engine.training.systems.members import Member, OneStage, fit_members
from engine.training.systems.registry import SHIPPED, make_system
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class FromScratch:
    """Fits all networks of the learned axes anew.

    Attributes:
        config: settings.
        recipe: name of the system that is fitted; see `ENCODERS`.
    """

    config: TrainingConfig
    recipe: str = SHIPPED

    def fit(
        self, ugc: PairSet, pgc: PairSet | None, progress: Progress, work_folder: Path
    ) -> "ScratchPack":
        """See `Learner`; most recipes need professionals' pairs."""
        system = make_system(self.recipe)
        if pgc is None and system.needs_pgc:
            raise TrainingError(
                tr("training from scratch needs edits by professionals."),
                remedy=tr("Name them with --pgc, or fine-tune a pack with --from."),
            )
        data = TrainingData(ugc, pgc)
        members = fit_members(data, self.config, OneStage(progress), work_folder, system)
        return ScratchPack(ugc, pgc, members, self)


@dataclass(frozen=True, slots=True, eq=False)
class ScratchPack:
    """Fitted members; see `LearntPack`.

    Attributes:
        ugc, pgc: what they learnt from.
        members: of the ensemble.
        learner: how they were fitted.
    """

    ugc: PairSet
    pgc: PairSet | None
    members: tuple[Member, ...]
    learner: FromScratch

    @property
    def changes_nothing(self) -> bool:
        """It always differs."""
        return False

    @property
    def held_out_rank(self) -> float | None:
        """The mean of the students' ranks."""
        return mean_rank([_rank(member.student_fit) for member in self.members])

    def write(self, folder: Path, pack_id: str) -> Description:
        """See `LearntPack`."""
        pairs = self.ugc if self.pgc is None else join(self.ugc, self.pgc)
        networks = export_networks([member.student for member in self.members], pairs)
        how = self.learner
        recipe = None if how.recipe == SHIPPED else how.recipe
        card = model_card(pack_id, self.ugc, self.pgc, self.members, how.config, recipe)
        contents = PackContents(pack_id, picture_parts(pairs), networks, card, {}, clips_of(pairs))
        write_pack(folder, contents, pairs, empty_bank())
        replace_bank(folder, _bank(MatchingPack.load(folder, is_own=True), pairs))
        return Description(card, self._results(), self._curves())

    def _results(self) -> dict[str, Any]:
        return {
            **self.learner.config.as_dict(),
            "recipe": self.learner.recipe,
            "n_ugc_pairs": self.ugc.n_pairs,
            "n_pgc_pairs": 0 if self.pgc is None else self.pgc.n_pairs,
            "teacher_validation_rank": [_rank(one.teacher_fit) for one in self.members],
            "student_validation_rank": [_rank(one.student_fit) for one in self.members],
        }

    def _curves(self) -> list[Curve]:
        found = []
        for number, member in enumerate(self.members, 1):
            for role, fit in (("teacher", member.teacher_fit), ("student", member.student_fit)):
                if fit is not None:
                    found += _curves_of(f"{role} {number}", role, fit)
        return found


def _rank(fit: Fit | None) -> float | None:
    return None if fit is None else fit.validation_loss


def mean_rank(ranks: Sequence[float | None]) -> float | None:
    """Return the mean of the known validation ranks; None when none is known."""
    known = [rank for rank in ranks if rank is not None]
    return float(np.mean(known)) if known else None


def is_for_bundled_network(pairs: PairSet) -> bool:
    """Return whether the pairs' pictures were described by the bundled network."""
    manifest = load_manifest(bundled_models_dir() / BUNDLED_PACK)
    return pairs.video_version == manifest.feature_versions["video"]


def picture_parts(pairs: PairSet) -> PictureParts:
    """Return the bundled experts on the wants, which edits alone can't teach, or silent ones for
    the pairs of another picture network.
    """
    parts = PictureParts.of_pack(bundled_models_dir() / BUNDLED_PACK)
    if is_for_bundled_network(pairs):
        return parts
    return silent_parts(parts, pairs.expert_columns[0].stop)


def _curves_of(name: str, role: str, fit: Fit) -> list[Curve]:
    found = [Curve(name, f"training loss, {role}s", "epoch", fit.losses)]
    if fit.validation_losses:
        panel = f"rank on held-out sources, {role}s"
        found.append(Curve(name, panel, "epoch", fit.validation_losses))
    return found


def _bank(pack: MatchingPack, pairs: PairSet) -> npt.NDArray[np.float32]:
    """Return the queries of the clips that were learnt from: the reference for this library."""
    # The bundled stills have no place on the learned axes of this pack.
    bundled = MatchingPack.load(bundled_models_dir() / BUNDLED_PACK).bank
    stills = bundled[bundled[:, STILL] > 0]
    stills[:, LEARNED] = 0
    return np.concatenate([embed_clips(pack, pairs), stills])
