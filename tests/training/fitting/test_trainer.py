from dataclasses import fields, replace
from functools import partial

import numpy as np
import pytest
import torch

from engine.errors import Cancelled, TrainingError
from engine.progress import Progress, silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import leave_one_out_tastes
from engine.training.fitting.metrics import own_ranks
from engine.training.fitting.sampler import PairSampler
from engine.training.fitting.trainer import Fit, Objective, fit
from engine.training.fitting.validation import content_scores, validation_rank
from engine.training.method.scaling import fit_scaling
from engine.training.method.student import StudentNetwork, transfer_loss
from engine.training.method.teacher import PosteriorTable, TeacherNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.debcm import DebCM
from engine.training.systems.members import fit_members
from engine.training.systems.registry import make_system
from tests.training.tiny_pairs import make_pairs

CONFIG = TrainingConfig(
    n_latent=16,
    n_video_components=8,
    n_music_components=8,
    n_epochs=40,
    batch_size=64,
    learning_rate=5e-3,
    patience=40,
    min_steps_per_epoch=2,
)
UNIFORM = np.full(3, 1 / 3, dtype=np.float32)


def networks(pairs: PairSet, config: TrainingConfig) -> tuple[TeacherNetwork, StudentNetwork]:
    torch.manual_seed(0)
    video = fit_scaling(pairs.video_vectors, pairs.video_blocks, config.n_video_components)
    music = fit_scaling(pairs.music_vectors, pairs.music_blocks, config.n_music_components)
    return TeacherNetwork(video, music, config), StudentNetwork(video, music, UNIFORM, config)


def fit_teacher(
    pairs: PairSet, held_out: PairSet | None = None, config: TrainingConfig = CONFIG
) -> tuple[TeacherNetwork, Fit]:
    teacher, _ = networks(pairs, config)
    validation_loss = None if held_out is None else partial(validation_rank, teacher, held_out)
    objective = Objective(teacher, teacher.training_loss, [pairs], UNIFORM, validation_loss)
    return teacher, fit(objective, config, silent(), "teacher")


def fit_student(
    student: StudentNetwork,
    teacher: TeacherNetwork,
    ugc: PairSet,
    pgc: PairSet,
    config: TrainingConfig,
) -> None:
    student.load_state_dict(teacher.state_dict(), strict=False)
    guides = [PosteriorTable(teacher, pairs) for pairs in (ugc, pgc)]
    loss = DebCM(teacher_weight=None, pgc_weight=None).loss(student, guides)
    fit(Objective(student, loss, [ugc, pgc], UNIFORM), config, silent(), "student")


def test_started_and_erased_members_match_and_see_no_taste() -> None:
    ugc, pgc, unseen = make_pairs(200), make_pairs(200, seed=1), make_pairs(40, seed=5)
    config = replace(CONFIG, n_members=1, n_epochs=1, start_ridge=1.0, erase_taste=True)
    (member,) = fit_members(TrainingData(ugc, pgc), config, silent())
    student = member.student
    assert isinstance(student, StudentNetwork)
    assert validation_rank(student, unseen) < 0.2
    scaling = student.video_encoder.scaling
    components = (ugc.video_vectors[ugc.pairs[:, 0]] - scaling.mean) @ scaling.projection
    tastes = leave_one_out_tastes(ugc, student.deconfounder.mean.numpy())
    together = (components - components.mean(axis=0)).T @ (tastes - tastes.mean(axis=0))
    assert np.abs(together / len(tastes)).max() < 1e-5


def test_the_teacher_learns_what_the_features_share() -> None:
    unseen = make_pairs(40, seed=5)
    untrained, _ = networks(unseen, CONFIG)
    teacher, fitted = fit_teacher(make_pairs(120))
    assert validation_rank(untrained, unseen) > 0.3
    assert validation_rank(teacher, unseen) < 0.1
    assert fitted.losses[-1] < fitted.losses[0]


def test_the_same_seed_gives_the_same_weights() -> None:
    pairs = make_pairs(40)
    first, second = (fit_teacher(pairs)[0] for _ in range(2))
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name


def test_the_best_epoch_is_kept_and_training_stops() -> None:
    config = replace(CONFIG, n_epochs=200, patience=5)
    held_out = make_pairs(30, seed=5)
    teacher, fitted = fit_teacher(make_pairs(60), held_out, config)
    assert len(fitted.losses) < 200
    assert len(fitted.losses) == fitted.n_epochs + 5
    assert validation_rank(teacher, held_out) == fitted.validation_loss


def test_the_student_follows_its_teacher() -> None:
    pgc, ugc = make_pairs(120), make_pairs(30, seed=3)
    # Uploaders who pick at random would lead an unguided student astray.
    ugc = replace(ugc, pairs=np.stack([np.arange(30), (np.arange(30) + 7) % 30], axis=1))
    teacher, _ = fit_teacher(pgc)
    distances = []
    for weight in (0.0, 10.0):
        config = replace(CONFIG, transfer_weight=weight, pgc_weight=0.0)
        _, student = networks(pgc, config)
        fit_student(student, teacher, ugc, pgc, config)
        batch = PairSampler(ugc, UNIFORM, config, torch.device("cpu")).draw()
        with torch.no_grad():
            latents = student.infer(batch.video, batch.music)
            distances.append(float(transfer_loss(teacher, batch, latents)))
    assert distances[1] < 0.5 * distances[0]


def test_the_student_starts_as_its_teacher() -> None:
    pairs = make_pairs(30)
    config = replace(CONFIG, n_members=1, n_epochs=1, learning_rate=1e-12, weight_decay=0.0)
    data, vectors = TrainingData(pairs, pairs), (pairs.video_vectors, pairs.music_vectors)
    (member,) = fit_members(data, config, silent())
    (alone,) = fit_members(data, config, silent(), system=make_system("teacher"))
    np.testing.assert_allclose(
        content_scores(member.student, *vectors), content_scores(alone.student, *vectors), atol=1e-6
    )


def test_the_teacher_stays_as_it_is() -> None:
    pairs = make_pairs(30)
    teacher, student = networks(pairs, CONFIG)
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    fit_student(student, teacher, pairs, pairs, CONFIG)
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())


def test_taste_explains_picks_but_is_left_out_of_content() -> None:
    pairs = make_pairs(90, n_uploaders=9)
    # Each uploader only ever picks one genre: taste then predicts the pick well.
    biased = replace(pairs, genres=(np.arange(90) % 9 // 3).astype(np.int64))
    teacher, student = networks(pairs, CONFIG)
    fit_student(student, teacher, biased, biased, CONFIG)
    assert float(student.deconfounder.log_weight.detach()) > 0.0
    scores = content_scores(student, pairs.video_vectors, pairs.music_vectors)
    with torch.no_grad():
        student.deconfounder.log_weight.fill_(100.0)
    again = content_scores(student, pairs.video_vectors, pairs.music_vectors)
    np.testing.assert_allclose(again, scores, atol=1e-6)


def test_a_video_counts_in_validation_as_much_as_its_pairs() -> None:
    pairs = make_pairs(20)
    teacher, _ = fit_teacher(pairs)
    scores = content_scores(teacher, pairs.video_vectors, pairs.music_vectors)
    weights = np.linspace(0.1, 3.0, 20).astype(np.float32)
    expected = np.average(own_ranks(scores, pairs.positives), weights=weights)
    assert validation_rank(teacher, replace(pairs, weights=weights)) == pytest.approx(expected)


def test_it_can_be_cancelled() -> None:
    progress = Progress(lambda step: progress.cancel() if step.done == 3 else None)
    pairs = make_pairs(20)
    teacher, _ = networks(pairs, CONFIG)
    with pytest.raises(Cancelled):
        fit(Objective(teacher, teacher.training_loss, [pairs], UNIFORM), CONFIG, progress, "fit")


def test_a_loss_that_explodes_is_reported() -> None:
    pairs = make_pairs(20)
    huge = replace(pairs, video_vectors=pairs.video_vectors * np.float32(1e30))
    teacher, _ = networks(pairs, CONFIG)
    with pytest.raises(TrainingError, match="no longer a number"):
        fit(Objective(teacher, teacher.training_loss, [huge], UNIFORM), CONFIG, silent(), "fit")


def test_a_table_of_posteriors_equals_the_teacher() -> None:
    pairs = make_pairs(50)
    several = replace(pairs, pairs=np.stack([np.arange(50), (np.arange(50) + 7) % 50], axis=1))
    teacher, _ = networks(several, CONFIG)
    table = PosteriorTable(teacher, several)
    batch = PairSampler(several, UNIFORM, CONFIG, torch.device("cpu")).draw()
    with torch.no_grad():
        expected, found = teacher.posteriors(batch), table.posteriors(batch)
    for field in fields(expected):
        assert torch.allclose(getattr(expected, field.name), getattr(found, field.name), atol=1e-6)


@pytest.mark.parametrize(
    ("error", "of"),
    [
        (torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), "GPU"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "computer"),
        (MemoryError(), "computer"),
    ],
)
def test_memory_that_runs_out_is_reported(error: Exception, of: str) -> None:
    teacher, _ = networks(make_pairs(20), CONFIG)

    def loss(_batches: object, _annealed: float) -> torch.Tensor:
        raise error

    with pytest.raises(TrainingError, match=f"{of} ran out of memory.*smaller --batch-size"):
        fit(Objective(teacher, loss, [make_pairs(20)], UNIFORM), CONFIG, silent(), "fit")


def test_a_validation_loss_that_is_no_number_is_reported() -> None:
    pairs = make_pairs(20)
    teacher, _ = networks(pairs, CONFIG)
    with pytest.raises(TrainingError, match="validation result isn't a number"):
        objective = Objective(
            teacher, teacher.training_loss, [pairs], UNIFORM, lambda: float("nan")
        )
        fit(objective, CONFIG, silent(), "fit")


@pytest.mark.parametrize("sampling", ["weighted", "epoch"])
@pytest.mark.parametrize("case", ["one uploader", "a genre of one track", "no genre", "few pairs"])
def test_training_works_on_poor_data(case: str, sampling: str) -> None:
    pairs = make_pairs(16 if case == "few pairs" else 60)
    if case == "one uploader":
        pairs = replace(pairs, uploaders=np.full(60, "ann"), sources=np.full(60, "ann"))
    elif case == "a genre of one track":
        pairs = replace(pairs, genres=np.eye(1, 60, dtype=np.int64)[0])
    elif case == "no genre":
        pairs = replace(pairs, genres=np.full(60, -1))
    config = replace(CONFIG, n_members=1, n_epochs=30, batch_size=128, sampling=sampling)
    (member,) = fit_members(TrainingData(pairs, make_pairs(60, seed=1)), config, silent())
    assert all(bool(weight.isfinite().all()) for weight in member.student.parameters())
    assert validation_rank(member.student, make_pairs(40, seed=5)) < 0.4


def test_taste_weights_learn_at_a_rate_of_their_own() -> None:
    ugc, pgc = make_pairs(120), make_pairs(60, seed=1)
    sizes, encoders = [], []
    for rate in (0.0, 1.0, 20.0):
        config = replace(CONFIG, n_epochs=2, taste_rate=rate)
        teacher, student = networks(ugc, config)
        fit_student(student, teacher, ugc, pgc, config)
        sizes.append(float(student.deconfounder.genre_weights.detach().norm()))
        encoders.append(student.state_dict()["video_encoder.location.weight"].clone())
    assert sizes[0] == 0.0 < 3 * sizes[1] < sizes[2]
    assert not torch.equal(encoders[1], encoders[0])
    assert float((encoders[2] - encoders[1]).abs().max()) < 0.1
