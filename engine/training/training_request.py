"""What a training run is asked for, and what it reports; known without torch."""

from dataclasses import dataclass, field
from pathlib import Path

from engine.paths import cache_dir
from engine.training.data.features_cache import FeatureOptions
from engine.training.method.training_config import TrainingConfig
from engine.training.pack_comparison import Comparison

_CANDIDATE = "-candidate"


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What a pack is trained from, how, and where it goes.

    Attributes:
        ugc_spec: pairs that uploaders chose: a folder of edits, a .csv table, or a .npz.
        out: folder of the new pack; its name becomes the pack's id.
        config: settings.
        pgc_spec: pairs that professionals chose, in the same forms; most recipes need them.
        base: folder of the pack to fine-tune; None for the pack in use, or from scratch where
            there are professionals' pairs or a recipe.
        recipe: name of the system that a pack is learnt with from scratch, see `ENCODERS`; None
            for the bundled pack's.
        uploaders: a .csv table that names the uploaders of the clips of a folder.
        features: where features of edits are computed and cached.
        replace: whether existing packs may be replaced: at `out` by one that passes, a candidate by
            one that doesn't.
        force: whether the pack is published, and an existing one replaced, also when it may rank
            worse than the pack in use.
        fresh: whether to discard a saved state and start again.
        states: the folder of the saved states; None for that of all runs.
    """

    ugc_spec: Path
    out: Path
    config: TrainingConfig
    pgc_spec: Path | None = None
    base: Path | None = None
    recipe: str | None = None
    uploaders: Path | None = None
    features: FeatureOptions = field(default_factory=FeatureOptions)
    replace: bool = False
    force: bool = False
    fresh: bool = False
    states: Path | None = None

    @property
    def fine_tunes(self) -> bool:
        """Whether a pack is fine-tuned, not learnt from scratch."""
        return self.base is not None or (self.pgc_spec is None and self.recipe is None)

    @property
    def candidate(self) -> Path:
        """Where a pack goes that isn't published."""
        return candidate_of(self.out)


def candidate_of(out: Path) -> Path:
    """Return where a pack goes that isn't published to the folder `out`."""
    return out.with_name(f"{out.name}{_CANDIDATE}")


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """The result of a training run.

    Attributes:
        pack: the folder of the finished pack: the one that was asked for, or of the candidate.
        out: the folder that was asked for.
        space: id of its embedding space.
        n_ugc, n_pgc: pairs that were learnt from.
        base: name of the pack that was fine-tuned; None from scratch.
        held_out_rank: mean normalised rank of the own music on sources held out inside the fit
            (0 best, .5 chance); None where nothing could be held out.
        comparison: with the pack in use.
        reason: why the pack isn't published, or only by force; "" where nothing speaks against it.
        is_published: whether the pack is where it was asked for.
        skipped: files that could not be used, with the reason.
        cautions: what the data can't show, such as the taste of a single uploader.
    """

    pack: Path
    out: Path
    space: str
    n_ugc: int
    n_pgc: int
    base: str | None
    held_out_rank: float | None
    comparison: Comparison
    reason: str
    is_published: bool
    skipped: tuple[tuple[Path, str], ...]
    cautions: tuple[str, ...] = ()


def saved_states() -> Path:
    """Return the folder where unfinished runs save their state, each in its own folder."""
    return cache_dir() / "training-states"
