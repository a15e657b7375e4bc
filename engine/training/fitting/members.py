"""Fits teacher and student several times over, each time holding out other sources."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from engine.progress import PartProgress, Progress
from engine.training.data.pairs import PairSet, join
from engine.training.data.splits import held_out_sources
from engine.training.fitting.checkpoint import Checkpoint
from engine.training.fitting.trainer import Fit, Judge, fit, validation_rank
from engine.training.method.deconfounder import leave_one_out_histograms, mean_histogram
from engine.training.method.encoders import fit_scaling
from engine.training.method.erasure import erase_concept
from engine.training.method.start import start_from_correlation
from engine.training.method.student import StudentNetwork, StudentTrainer
from engine.training.method.teacher import CrossModalNetwork, TeacherNetwork
from engine.training.method.training_config import TrainingConfig
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class Member:
    """One student of the ensemble and how its two fits went."""

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
    """Fit `config.n_members` students, each beside a teacher of its own.

    Each member holds out other sources to know when to stop, so that the members together learn
    from all of them.

    Args:
        ugc: pairs that uploaders chose.
        pgc: pairs that professionals chose.
        config: settings of both networks.
        progress: steps once a training step; early stopping makes it jump ahead.
        work_folder: where the state of each fit is kept and gone on from; None keeps nothing.
    """
    return tuple(
        _fit_member(ugc, pgc, config, progress, index, work_folder)
        for index in range(config.n_members)
    )


def _fit_member(
    ugc: PairSet,
    pgc: PairSet,
    config: TrainingConfig,
    progress: Progress,
    index: int,
    work_folder: Path | None,
) -> Member:
    seed = config.seed + index
    both = join(ugc, pgc)
    video = fit_scaling(both.video_vectors, both.video_blocks, config.n_video_components)
    music = fit_scaling(both.music_vectors, both.music_blocks, config.n_music_components)
    genres = ugc.genres[ugc.pairs[:, 1]]
    mean_taste = mean_histogram(ugc.uploaders, genres, len(ugc.genre_names))
    if config.erase_taste:
        tastes = leave_one_out_histograms(ugc.uploaders, genres, mean_taste)
        video = erase_concept(video, ugc.video_vectors[ugc.pairs[:, 0]], tastes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        teacher = TeacherNetwork(video, music, config)
        student = StudentNetwork(video, music, mean_taste, config)
    # One stage for all fits, so that its time left is that of the whole run.
    stage = tr("Training")
    pgc_train, held = _split(pgc, config, seed)
    if config.start_ridge:
        start_from_correlation(
            teacher.video_encoder, teacher.music_encoder, pgc_train, config.start_ridge
        )
    teacher_fit = fit(
        teacher,
        teacher.training_loss,
        [pgc_train],
        _judge(teacher, held),
        mean_taste,
        config,
        PartProgress(progress, 2 * index, 2 * config.n_members),
        stage,
        seed,
        _checkpoint(work_folder, f"teacher-{index}"),
    )
    ugc_train, held = _split(ugc, config, seed)
    student_fit = fit(
        student,
        StudentTrainer(student, teacher, ugc_train, pgc_train).training_loss,
        [ugc_train, pgc_train],
        _judge(student, held),
        mean_taste,
        config,
        PartProgress(progress, 2 * index + 1, 2 * config.n_members),
        stage,
        seed,
        _checkpoint(work_folder, f"student-{index}"),
    )
    return Member(student, teacher_fit, student_fit)


def _checkpoint(work_folder: Path | None, name: str) -> Checkpoint | None:
    return None if work_folder is None else Checkpoint(work_folder / f"{name}.npz")


def _judge(network: CrossModalNetwork, held: PairSet | None) -> Judge | None:
    return None if held is None else partial(validation_rank, network, held)


def _split(pairs: PairSet, config: TrainingConfig, seed: int) -> tuple[PairSet, PairSet | None]:
    held = held_out_sources(pairs.sources, config.validation_share, seed)
    # Ranks among a handful of tracks say nothing: then the last epoch is kept instead.
    if int(held.sum()) < 8 or int((~held).sum()) < 8:
        return pairs, None
    return pairs.of_videos(~held), pairs.of_videos(held)
