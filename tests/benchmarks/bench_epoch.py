"""The cost of one training epoch on simulated data (random numbers) of TT-150k's size.

    python -m tests.benchmarks.bench_epoch [--rounds 3] [--n-videos 146351] [--terms student]

Three loops take turns in one process, so that a change of load affects all of them: a plain
DataLoader (Python per item, and a negative per item drawn from a set difference), a lean loop over
whole tensors (`lean_epoch.py`), and ours (`trainer.fit`). All compute the same loss terms for the
same network shape, noise and dropout; ours also excludes false negatives exactly, checks that the
loss is finite, and can be cancelled at each step. The bare matrix products of the same number of
steps are measured as well. Prints medians of wall and CPU seconds, their ratio to the bare
products, and the memory above the data.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.progress import Progress, ProgressStep
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import leave_one_out_tastes, mean_taste
from engine.training.fitting.trainer import Objective, fit
from engine.training.method.batch import Batch
from engine.training.method.scaling import InputScaling
from engine.training.method.student import StudentNetwork, transfer_loss
from engine.training.method.teacher import PosteriorTable, TeacherNetwork, freeze
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import benchmark_config
from tests.benchmarks.lean_epoch import LeanNetwork, Tables, lean_epoch, plain_epoch

GENRES = ("hiphop", "jazz", "classical", "reggae", "pop", "metal")
# Table 2 of the paper.
GENRE_COUNTS = np.array([651, 665, 1330, 311, 42, 4])
N_PER_UPLOADER = 12
TRANSFER_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What a loop took.

    Attributes:
        wall_s: wall time.
        cpu_s: time of all CPUs.
        rise_mb: peak memory above the data.
        peak_mb: peak memory.
    """

    wall_s: float
    cpu_s: float
    rise_mb: float
    peak_mb: float


def random_pairs(n_videos: int, n_tracks: int, n_video: int, n_music: int, seed: int) -> PairSet:
    """Return random numbers in the shape of TT-150k: one track per video, some more popular."""
    rng = np.random.default_rng(seed)
    popularity = rng.lognormal(0.0, 1.0, n_tracks)
    tracks = rng.choice(n_tracks, n_videos, p=popularity / popularity.sum())
    uploaders = rng.integers(0, max(n_videos // N_PER_UPLOADER, 2), n_videos)
    genres = rng.choice(len(GENRES), n_tracks, p=GENRE_COUNTS / GENRE_COUNTS.sum())
    return PairSet(
        video_vectors=rng.standard_normal((n_videos, n_video), dtype=np.float32),
        music_vectors=rng.standard_normal((n_tracks, n_music), dtype=np.float32),
        pairs=np.stack([np.arange(n_videos), tracks], axis=1),
        weights=np.ones(n_videos, dtype=np.float32),
        uploaders=uploaders.astype(np.str_),
        genres=genres,
        sources=uploaders.astype(np.str_),
        genre_names=GENRES,
        video_blocks=(n_video,),
        music_blocks=(n_music,),
        video_version="random",
        music_version="random",
        origin="random numbers",
    )


def measured(work: Callable[[], object]) -> Cost:
    """Run a function and return what it took."""
    before_mb = _resident_mb(reset_peak=True)
    wall_s, cpu_s = time.perf_counter(), sum(os.times()[:4])
    work()
    wall_s, cpu_s = time.perf_counter() - wall_s, sum(os.times()[:4]) - cpu_s
    peak_mb = _resident_mb(reset_peak=False)
    return Cost(wall_s, cpu_s, peak_mb - before_mb, peak_mb)


def _resident_mb(reset_peak: bool) -> float:
    """Return the peak resident memory since the last reset, and reset it where asked."""
    if reset_peak:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return float(status.split("VmHWM:")[1].split()[0]) / 1024


class Ours:
    """One epoch of `trainer.fit`; its set-up before the first step is measured separately."""

    def __init__(self, pairs: PairSet, config: TrainingConfig, terms: str) -> None:
        self.pairs, self.config, self.terms = pairs, config, terms
        self.mean_taste = mean_taste(pairs)
        # Identity matrices: they take as long to multiply as any others.
        self.video_scaling, self.music_scaling = (
            InputScaling(np.zeros(n, dtype=np.float32), np.eye(n, dtype=np.float32))
            for n in (pairs.video_vectors.shape[1], pairs.music_vectors.shape[1])
        )
        self.once: list[Cost] = []
        self.busy: list[int] = []

    def epoch(self) -> Cost:
        """Fit a fresh network for one epoch."""
        costs: list[Cost] = []
        marks: list[tuple[float, float]] = []

        def mark(_: ProgressStep) -> None:
            if not marks:
                marks.append((time.perf_counter(), sum(os.times()[:4])))
            elif self.config.device == "cuda" and find_spec("pynvml"):
                self.busy.append(torch.cuda.utilization())

        costs.append(measured(lambda: self._fit(Progress(mark))))
        wall_s, cpu_s = time.perf_counter() - marks[0][0], sum(os.times()[:4]) - marks[0][1]
        whole = costs[0]
        once = replace(whole, wall_s=whole.wall_s - wall_s, cpu_s=whole.cpu_s - cpu_s)
        self.once.append(once)
        return replace(whole, wall_s=wall_s, cpu_s=cpu_s)

    def _fit(self, progress: Progress) -> None:
        torch.manual_seed(0)
        config = self.config
        scalings = self.video_scaling, self.music_scaling
        teacher = TeacherNetwork(*scalings, config)
        network: TeacherNetwork | StudentNetwork = teacher
        loss: Callable[[Sequence[Batch], float], Tensor] = teacher.training_loss
        if self.terms == "student":
            network = student = StudentNetwork(*scalings, self.mean_taste, config)
            loss = GuidedLoss(student, teacher, self.pairs)
        fit(Objective(network, loss, [self.pairs], self.mean_taste), config, progress, "epoch")


class GuidedLoss:
    """The student's loss with the interaction, and a teacher whose posteriors are a table."""

    def __init__(self, student: StudentNetwork, teacher: TeacherNetwork, pairs: PairSet) -> None:
        freeze(teacher)
        self.student, self.table = student, PosteriorTable(teacher, pairs)

    def __call__(self, batches: Sequence[Batch], annealed: float) -> Tensor:
        (batch,) = batches
        latents = self.student.infer(batch.video, batch.music)
        transferred = transfer_loss(self.table, batch, latents)
        weight = self.student.config.transfer_weight
        return self.student.loss(batch, latents, annealed) + weight * transferred


def guide_of(pairs: PairSet, n_latent: int, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return random posteriors of a teacher for the handwritten loops."""
    generator = torch.Generator().manual_seed(seed)
    tables = []
    for n_rows in (pairs.n_videos, pairs.n_tracks):
        means = torch.randn(n_rows, n_latent, generator=generator)
        tables += [torch.nn.functional.normalize(means), torch.full((n_rows, n_latent), -4.0)]
    return tables[0], tables[1], tables[2], tables[3]


def bare_products(config: TrainingConfig, n_video: int, n_music: int, n_steps: int) -> None:
    """Compute only the matrix products of `n_steps` steps, forward and backward."""
    n, d = config.batch_size, config.n_latent
    latent, scores, of_latents = torch.randn(n, d), torch.randn(n, n), torch.empty(n, d)
    sides = [
        (torch.randn(n, width), torch.randn(width, d), torch.empty(n, width), torch.empty(width, d))
        for width in (n_video, n_music)
    ]
    for _ in range(n_steps):
        for inputs, weights, like_inputs, like_weights in sides:
            for _ in ("mean", "log-variance"):
                torch.mm(inputs, weights, out=of_latents)
                torch.mm(inputs.T, latent, out=like_weights)
            torch.mm(latent, weights.T, out=like_inputs)
            torch.mm(inputs, weights, out=of_latents)
            torch.mm(inputs.T, latent, out=like_weights)
        torch.mm(latent, latent.T, out=scores)
        torch.mm(scores, latent, out=of_latents)
        torch.mm(scores.T, latent, out=of_latents)


def parse_arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n-videos", type=int, default=146_351)
    parser.add_argument("--n-tracks", type=int, default=3_003)
    parser.add_argument("--video-size", type=int, default=2048)
    parser.add_argument("--music-size", type=int, default=256)
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=0, help="of the plain DataLoader")
    parser.add_argument("--terms", choices=("teacher", "student"), default="student")
    parser.add_argument("--noise", type=float, default=None)
    parser.add_argument("--dropout", type=float, default=None)
    parser.add_argument("--without", nargs="*", default=[], help="loops to leave out")
    return parser.parse_args()


def main() -> None:
    """Run the loops in turn and print what they took."""
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    sizes = arguments.video_size, arguments.music_size
    pairs = random_pairs(arguments.n_videos, arguments.n_tracks, *sizes, seed=0)
    config = benchmark_config(
        batch_size=arguments.batch_size,
        n_epochs=1,
        sampling="epoch",
        transfer_weight=TRANSFER_WEIGHT,
        device="cpu",
    )
    for name in ("noise", "dropout"):
        if getattr(arguments, name) is not None:
            config = replace(config, **{name: getattr(arguments, name)})
    ours = Ours(pairs, config, arguments.terms)
    tables = Tables(
        video=torch.from_numpy(pairs.video_vectors),
        music=torch.from_numpy(pairs.music_vectors),
        track_of=torch.from_numpy(pairs.pairs[:, 1].copy()),
        genres=torch.from_numpy(pairs.genres),
        tastes=torch.from_numpy(leave_one_out_tastes(pairs, ours.mean_taste)),
        mean_taste=torch.from_numpy(ours.mean_taste),
        guide=None if arguments.terms == "teacher" else guide_of(pairs, config.n_latent, 0),
    )

    def handwritten(epoch: Callable[..., float], *options: int) -> Cost:
        torch.manual_seed(0)
        network = LeanNetwork(*sizes, len(GENRES), config)
        optimiser = torch.optim.AdamW(network.parameters(), lr=config.learning_rate)
        return measured(lambda: epoch(network, optimiser, tables, 0.1, *options))

    n_steps = -(-arguments.n_videos // config.batch_size)
    loops: dict[str, Callable[[], Cost]] = {
        "products": lambda: measured(lambda: bare_products(config, *sizes, n_steps)),
        "ours": ours.epoch,
        "lean": lambda: handwritten(lean_epoch),
        "plain": lambda: handwritten(plain_epoch, arguments.workers),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in loops if name not in arguments.without}
    for _ in range(arguments.rounds):
        for name, kept in costs.items():
            kept.append(loops[name]())
    report(costs, ours, pairs, arguments)
    if torch.cuda.is_available():
        report_gpu(Ours(pairs, replace(config, device="cuda"), arguments.terms), arguments.rounds)


def report_gpu(ours: Ours, n_rounds: int) -> None:
    """Print the cost of our epoch on the GPU."""
    wall_s = statistics.median(ours.epoch().wall_s for _ in range(n_rounds))
    busy = (
        f"{statistics.mean(ours.busy):.0f} % busy" if ours.busy else "without pynvml: use unknown"
    )
    print(f"ours on {torch.cuda.get_device_name()}: {wall_s:.2f} s wall time, {busy}")


def report(
    costs: dict[str, list[Cost]], ours: Ours, pairs: PairSet, arguments: argparse.Namespace
) -> None:
    """Print the medians."""
    config = ours.config
    print(
        f"Simulated data (random numbers): {pairs.n_videos} x {arguments.video_size}, "
        f"{pairs.n_tracks} x {arguments.music_size}, batch {config.batch_size}, "
        f"d = {config.n_latent}, noise {config.noise}, dropout {config.dropout}, "
        f"terms of the {arguments.terms}, {torch.get_num_threads()} threads; "
        f"medians of {arguments.rounds} rounds"
    )
    titles = {
        "products": "bare matrix products",
        "ours": "ours (trainer.fit)",
        "lean": "lean loop",
        "plain": f"plain DataLoader, {arguments.workers} workers",
    }

    def median(kept: list[Cost], name: str) -> float:
        return float(statistics.median(getattr(cost, name) for cost in kept))

    bare_s = median(costs["products"], "wall_s"), median(costs["products"], "cpu_s")
    heads = "wall s", "CPU s", "x wall", "x CPU", "+ MB", "peak"
    print(f"{'loop':32}", *(f"{head:>8}" for head in heads))
    for name, kept in costs.items():
        wall_s, cpu_s = median(kept, "wall_s"), median(kept, "cpu_s")
        print(
            f"{titles[name]:32} {wall_s:8.2f} {cpu_s:8.2f} {wall_s / bare_s[0]:8.2f} "
            f"{cpu_s / bare_s[1]:8.2f} {median(kept, 'rise_mb'):8.0f} "
            f"{median(kept, 'peak_mb'):8.0f}"
        )
    if "ours" in costs:
        print(
            f"ours, once before the first epoch: {median(ours.once, 'wall_s'):.2f} s by the clock, "
            f"{median(ours.once, 'cpu_s'):.2f} CPU-s"
        )
    megabytes = (pairs.video_vectors.nbytes + pairs.music_vectors.nbytes) / 2**20
    print(f"memory in MB: the features alone are {megabytes:.0f}; peak is the whole process")


if __name__ == "__main__":
    main()
