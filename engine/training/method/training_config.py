"""The settings of a training run: one frozen dataclass, written into the pack."""

import math
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from engine.errors import InputError, display_path
from engine.translation import tr

SAMPLINGS = ("weighted", "epoch")
STOPPINGS = ("sources", "validation")
DEVICES = ("auto", "cpu", "cuda")
_MAX_NAME = 80
_NOT_NEGATIVE = (
    "margin",
    "prior_weight",
    "anneal_epochs",
    "generation_weight",
    "pgc_weight",
    "transfer_weight",
    "bias_scale",
    "taste_penalty",
    "taste_rate",
    "noise",
    "weight_decay",
    "start_ridge",
    "min_steps_per_epoch",
    "seed",
)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The settings of teacher, student and trainer; the shipped pack was made with the defaults.

    Attributes:
        n_latent: dimension d of the Gaussian posteriors.
        n_video_components, n_music_components: principal components of the standardised input
            that an encoder sees.
        margin: of the matching loss, in cosine.
        n_hardest: negatives per row and column that count in the matching loss.
        prior_weight: weight of KL(q(z|x) ‖ N(0, I)), in nats per dimension, after annealing.
        anneal_epochs: epochs over which `prior_weight` grows from 0.
        generation_weight: weight of the cross-generation error.
        pgc_weight: weight of the professionals' pairs in the student's loss.
        transfer_weight: weight of the teacher in the student's loss (λ of Eq. 10).
        bias_scale: τ, how strongly taste enters the training score.
        taste_penalty: of the squared taste weights B and C: uploaders are few, genres many.
        taste_rate: learning rate of the taste weights a, B and C, times `learning_rate`. A step of
            Adam changes a weight by about the rate, so that a few hundred steps can't bring `a` to
            its size at the rate of the encoders.
        dropout: share of an encoder's inputs that are dropped in training.
        expert_dropout: share of the videos in training of which one expert is silenced.
        noise: standard deviation added to the standardised inputs in training.
        learning_rate: at the start; it falls linearly to zero.
        weight_decay: of AdamW.
        batch_size: pairs of each set in a step.
        min_steps_per_epoch: for sets with few batches.
        n_epochs: at most.
        patience: epochs without improvement after which training ends.
        validation_share: share of the videos that are held out, as whole sources.
        stopping: what decides when a fit to uploaders' pairs ends: "sources" (each member holds
            out sources of its own, so that the members together learn from all), or "validation"
            (the validation set of a benchmark's data; "sources" where the data have none).
        n_members: fits of one system whose scores are averaged, each student with its own teacher.
        start_ridge: ridge of the canonical correlation whose axes an encoder starts from, in
            variances of one feature; 0 starts from random weights.
        within_uploaders: whether that correlation is of how pairs differ from their uploader's
            mean (`start_from_correlation`); the teacher's never is, as it learns from none.
        erase_taste: whether the picture loses what predicts an uploader's taste (`erase_concept`):
            for sets with hundreds of uploaders; a few dozen don't show which directions it is in.
        sampling: "weighted" (pairs drawn with replacement by their weight) or "epoch" (each pair
            once per epoch, in random order).
        seed: of everything random; each member adds its number.
        device: "auto" (the GPU when there is one), "cpu" or "cuda".
        compile_steps: whether PyTorch compiles the loss on a GPU, which takes a minute first.
    """

    n_latent: int = 128
    n_video_components: int = 128
    n_music_components: int = 32
    margin: float = 0.05
    n_hardest: int = 40
    prior_weight: float = 0.01
    anneal_epochs: int = 10
    generation_weight: float = 0.1
    pgc_weight: float = 1.0
    transfer_weight: float = 1.0
    bias_scale: float = 0.5
    taste_penalty: float = 0.01
    taste_rate: float = 1.0
    dropout: float = 0.2
    expert_dropout: float = 0.5
    noise: float = 0.2
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    batch_size: int = 128
    min_steps_per_epoch: int = 10
    n_epochs: int = 30
    patience: int = 15
    validation_share: float = 0.2
    stopping: str = "sources"
    n_members: int = 5
    start_ridge: float = 0.0
    within_uploaders: bool = False
    erase_taste: bool = False
    sampling: str = "weighted"
    seed: int = 0
    device: str = "auto"
    compile_steps: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_type(field.name, getattr(self, field.name), type(field.default))
        n_components = min(self.n_video_components, self.n_music_components)
        if min(self.n_latent, n_components, self.n_hardest, self.batch_size) < 1:
            raise InputError(tr("training needs sizes of at least 1."))
        if self.n_epochs < 1 or self.patience < 1 or self.n_members < 1:
            raise InputError(tr("training needs at least one epoch."))
        _check_choice("sampling", self.sampling, SAMPLINGS)
        _check_choice("stopping", self.stopping, STOPPINGS)
        _check_choice("device", self.device, DEVICES)
        for name in _NOT_NEGATIVE:
            if getattr(self, name) < 0:
                raise InputError(tr("the setting “{name}” can't be negative.").format(name=name))
        if self.learning_rate <= 0:
            raise InputError(tr("training needs a learning rate above 0."))
        shares = (self.dropout, self.expert_dropout, self.validation_share)
        if not all(0.0 <= share < 1.0 for share in shares):
            raise InputError(tr("a share must be between 0 and 1."))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain numbers, for a pack's manifest."""
        return asdict(self)


def read_settings(path: Path) -> dict[str, Any]:
    """Return the settings in a TOML file: some fields of `TrainingConfig`, by their names.

    Raises:
        InputError: when the file can't be read, or names an unknown setting.
    """
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(
            tr("the settings can't be read ({reason}).").format(reason=reason or error),
            path=path,
            remedy=tr("Write one setting per line, such as: n_epochs = 30"),
        ) from error
    known = [field.name for field in fields(TrainingConfig)]
    unknown = [name for name in settings if name not in known]
    if unknown:
        remedy = tr("Choose from {names}.").format(names=", ".join(known))
        for likely in get_close_matches(unknown[0], known, 1):
            remedy = f"{tr('Did you mean “{name}”?').format(name=likely)} {remedy}"
        raise InputError(
            tr("there is no setting “{name}”.").format(name=display_path(unknown[0][:_MAX_NAME])),
            path=path,
            remedy=remedy,
        )
    return settings


def config_of(
    path: Path | None, chosen: dict[str, Any], defaults: TrainingConfig | None = None
) -> TrainingConfig:
    """Return the settings of a TOML file, with those in `chosen` taking precedence.

    Args:
        path: see `read_settings`; None for the defaults.
        chosen: fields of `TrainingConfig` that replace the file's.
        defaults: of a recipe; None for those of the bundled pack.

    Raises:
        InputError: when a setting is unknown, of the wrong type or out of range.
    """
    settings = {} if path is None else read_settings(path)
    try:
        return replace(defaults or TrainingConfig(), **{**settings, **chosen})
    except InputError as error:
        # The error may be in an option instead: then the file isn't named.
        if path is None or _is_valid(chosen):
            raise InputError(error.problem, path=path, remedy=error.remedy) from error
        raise


def _is_valid(settings: dict[str, Any]) -> bool:
    try:
        TrainingConfig(**settings)
    except InputError:
        return False
    return True


def _check_type(name: str, value: object, kind: type) -> None:
    # A TOML 1 is valid where a float is expected; true is no number.
    fits = isinstance(value, int | float) if kind is float else isinstance(value, kind)
    if not fits or isinstance(value, bool) != (kind is bool):
        kinds = {
            int: tr("a whole number"),
            float: tr("a number"),
            str: tr("text"),
            bool: tr("true or false"),
        }
        raise InputError(
            tr("the setting “{name}” must be {kind}.").format(name=name, kind=kinds[kind])
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(tr("the setting “{name}” must be finite.").format(name=name))


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(
            tr("the setting “{name}” can't be “{value}”.").format(name=name, value=value),
            remedy=tr("Choose from {names}.").format(names=", ".join(choices)),
        )
