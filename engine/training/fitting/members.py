"""Fits teacher and student several times, each time with other sources held out."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import torch

from engine.progress import PartProgress, Progress
from engine.training.data.pairs import PairSet, join
from engine.training.data.splits import held_out_sources
from engine.training.data.tastes import leave_one_out_tastes, mean_taste
from engine.training.fitting.checkpoint import Checkpoint
from engine.training.fitting.trainer import Fit, Objective, ValidationLoss, fit
from engine.training.fitting.validation import validation_rank
from engine.training.method.erasure import erase_concept
from engine.training.method.scaling import InputScaling, fit_expert_scalings, fit_scaling
from engine.training.method.start import start_from_correlation
from engine.training.method.student import StudentNetwork, StudentTrainer
from engine.training.method.teacher import CrossModalNetwork, TeacherNetwork
from engine.training.method.training_config import TrainingConfig
from engine.translation import tr

# Ranks among fewer videos mean nothing: then the last epoch is kept instead.
_MIN_HELD_OUT = 8


@dataclass(frozen=True, slots=True)
class Member:
    """One student of the ensemble.

    Attributes:
        student: the fitted network.
        teacher_fit: how its teacher's fit went.
        student_fit: how its own fit went.
    """

    student: StudentNetwork
    teacher_fit: Fit
    student_fit: Fit


def fit_members(
    ugc: PairSet,
    pgc: PairSet,
    config: TrainingConfig,
    progress: Progress,
    work_folder: Path | None = None,
) -> tuple[Member, ...]:
    """Fit `config.n_members` students, each with its own teacher.

    Each member holds out other sources to know when to stop, so that the members together learn
    from all of them.

    Args:
        ugc: pairs that uploaders chose.
        pgc: pairs that professionals chose.
        config: settings of both networks; each member adds its number to the seed.
        progress: steps once a training step; early stopping makes it jump ahead.
        work_folder: where the state of each fit is saved and resumed from; None saves nothing.
    """
    inputs = _Inputs.of(ugc, pgc, config)
    members = []
    for index in range(config.n_members):
        fits = _Fits(replace(config, seed=config.seed + index), index, progress, work_folder)
        members.append(_fit_member(ugc, pgc, inputs, fits))
    return tuple(members)


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What all members have in common.

    Attributes:
        video, music: input scalings, fitted to all pairs.
        mean_taste: float32 (n_genres,), ū.
    """

    video: InputScaling
    music: InputScaling
    mean_taste: npt.NDArray[np.float32]

    @classmethod
    def of(cls, ugc: PairSet, pgc: PairSet, config: TrainingConfig) -> Self:
        both = join(ugc, pgc)
        video = fit_expert_scalings(
            both.video_vectors, both.video_blocks, both.video_experts, config.n_video_components
        )
        taste = mean_taste(ugc)
        if config.erase_taste:
            tastes = leave_one_out_tastes(ugc, taste)
            video = erase_concept(video, ugc.video_vectors[ugc.pairs[:, 0]], tastes)
        music = fit_scaling(both.music_vectors, both.music_blocks, config.n_music_components)
        return cls(video, music, taste)


@dataclass(frozen=True, slots=True)
class _Fits:
    """The two fits of a member: settings with its own seed, its share of the progress, states."""

    config: TrainingConfig
    index: int
    progress: Progress
    work_folder: Path | None

    def fit(self, role: str, objective: Objective) -> Fit:
        """Fit the network of the role "teacher" or "student"."""
        part = 2 * self.index + (role == "student")
        checkpoint = None
        if self.work_folder is not None:
            checkpoint = Checkpoint(self.work_folder / f"{role}-{self.index}.npz")
        progress = PartProgress(self.progress, part, 2 * self.config.n_members)
        # One stage for all fits, so that the time left is that of the whole run.
        return fit(objective, self.config, progress, tr("Training"), checkpoint)


def _fit_member(ugc: PairSet, pgc: PairSet, inputs: _Inputs, fits: _Fits) -> Member:
    config = fits.config
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        teacher = TeacherNetwork(inputs.video, inputs.music, config)
        student = StudentNetwork(inputs.video, inputs.music, inputs.mean_taste, config)
    pgc_train, pgc_held_out = _split(pgc, config)
    if config.start_ridge:
        start_from_correlation(
            teacher.video_encoder, teacher.music_encoder, pgc_train, config.start_ridge
        )
    teacher_fit = fits.fit(
        "teacher",
        Objective(
            teacher,
            teacher.training_loss,
            [pgc_train],
            inputs.mean_taste,
            _validation_loss(teacher, pgc_held_out),
        ),
    )
    ugc_train, ugc_held_out = _split(ugc, config)
    student_fit = fits.fit(
        "student",
        Objective(
            student,
            StudentTrainer(student, teacher, ugc_train, pgc_train).training_loss,
            [ugc_train, pgc_train],
            inputs.mean_taste,
            _validation_loss(student, ugc_held_out),
        ),
    )
    return Member(student, teacher_fit, student_fit)


def _validation_loss(network: CrossModalNetwork, held_out: PairSet | None) -> ValidationLoss | None:
    return None if held_out is None else partial(validation_rank, network, held_out)


def _split(pairs: PairSet, config: TrainingConfig) -> tuple[PairSet, PairSet | None]:
    """Return the pairs to learn from and those held out; None where they would be too few."""
    held_out = held_out_sources(pairs.sources, config.validation_share, config.seed)
    if int(held_out.sum()) < _MIN_HELD_OUT or int((~held_out).sum()) < _MIN_HELD_OUT:
        return pairs, None
    return pairs.of_videos(~held_out), pairs.of_videos(held_out)
