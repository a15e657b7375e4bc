"""Training by two processes (gloo, on this computer) compared with the same training by one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.encoders.matching import MatchingPack
from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import PairSet, save_pairs
from engine.training.fitting.distributed import any_process
from engine.training.method.split_batch import gathered, n_processes, own_rows
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.members import fit_members
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from tests.training.tiny_pairs import make_clip_pairs, make_pairs

CONFIG = TrainingConfig(
    n_latent=8,
    n_video_components=8,
    n_music_components=8,
    n_epochs=4,
    n_members=1,
    batch_size=21,
    min_steps_per_epoch=2,
    device="cpu",
)
# An odd batch, and fewer rows than processes would be served equally.
CASES = [
    (CONFIG, ()),
    (replace(CONFIG, sampling="epoch", batch_size=17), ()),
    # A picture with two experts.
    (CONFIG, (1, 1)),
]
ROOT = Path(__file__).resolve().parents[3]

_HEAD = """
import json, os, signal, sys
from pathlib import Path
import torch
from engine.errors import SoundbedError, TrainingError
from engine.training.fitting import distributed
from engine.training.method import split_batch
folder, rank = Path(sys.argv[1]), int(os.environ["RANK"])
def say(name, value):
    (folder / f"{name}-{rank}.json").write_text(json.dumps(value))
def work():
    {work}
try:
    with distributed.joined(torch.device("cpu")):
        work()
except SoundbedError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


def launch(arguments: Sequence[str], folder: Path) -> list["subprocess.Popen[str]"]:
    """Start two processes as torch's launcher does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return [
        subprocess.Popen(
            [sys.executable, *arguments],
            env={
                **os.environ,
                "RANK": str(rank),
                "LOCAL_RANK": str(rank),
                "WORLD_SIZE": "2",
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": port,
                "OMP_NUM_THREADS": "1",
                "SOUNDBED_HOME": str(folder / "home"),
            },
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for rank in range(2)
    ]


def ends(processes: Sequence["subprocess.Popen[str]"]) -> tuple[list[int], list[str]]:
    """Return the exit codes, and the output of each process."""
    said = []
    try:
        for process in processes:
            out, err = process.communicate(timeout=60)
            said.append(out + err)
    finally:
        for process in processes:
            process.kill()
    return [process.returncode for process in processes], said


def run_both(work: str, folder: Path) -> tuple[list[int], list[str]]:
    code = _HEAD.replace("{work}", work.strip().replace("\n", "\n    "))
    return ends(launch(["-c", code, str(folder)], folder))


def test_alone_nothing_is_shared() -> None:
    rows = torch.arange(6.0).reshape(3, 2)
    assert n_processes() == 1
    assert own_rows(3) == slice(0, 3)
    assert gathered(rows, 3) is rows
    assert any_process(True)
    assert not any_process(False)


_GATHER = """
assert split_batch.own_rows(5) == (slice(0, 3) if rank == 0 else slice(3, 5))
whole = torch.arange(10.0).reshape(5, 2)
weight = torch.nn.Linear(2, 1, bias=False)
torch.nn.init.constant_(weight.weight, 1.0 + rank)
def loss(rows):
    encoded = split_batch.gathered(weight(rows[split_batch.own_rows(5)]), 5)
    return (encoded.square() * torch.arange(5.0)[:, None]).sum()
shared = distributed.shared_gradients(weight, loss)
value = shared(whole)
value.backward()
numbers = value.item(), weight.weight.grad.tolist(), weight.weight.tolist()
flags = [distributed.any_process(rank == 1), distributed.any_process(False)]
first = distributed.number_of_first(lambda: 7.25 + rank)
contents = [
    distributed.bytes_of_first(lambda: content) for content in (bytes([rank, 2]), b"", None)
]
distributed.require_same("a1")
say("found", [*numbers, flags, first, [None if one is None else list(one) for one in contents]])
distributed.require_same(f"a{rank}")
"""


_FIT = """
from engine.progress import silent
from engine.training.systems.members import fit_members
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import load_pairs
from tests.training.fitting.test_distributed import CASES, with_experts
pairs = [load_pairs(folder / name) for name in ("ugc.npz", "pgc.npz")]
for index, (config, experts) in enumerate(CASES):
    member, = fit_members(TrainingData(*with_experts(pairs, experts)), config, silent())
    fits = [
        [list(fit.losses), fit.validation_loss] for fit in (member.teacher_fit, member.student_fit)
    ]
    weights = member.student.state_dict().values()
    total = sum(float(one.double().square().sum()) for one in weights)
    say(f"fit-{index}", [*fits, total])
"""


def with_experts(pairs: Sequence[PairSet], experts: tuple[int, ...]) -> tuple[PairSet, PairSet]:
    ugc, pgc = (replace(one, video_experts=experts) for one in pairs)
    return ugc, pgc


@dataclass(frozen=True)
class Together:
    """What two processes that ran `_GATHER` and `_FIT` left behind."""

    folder: Path
    pairs: tuple[PairSet, PairSet]
    codes: list[int]
    said: list[str]

    def read(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Together:
    folder = tmp_path_factory.mktemp("together")
    pairs = make_pairs(60), make_pairs(60, seed=1)
    for name, one in zip(("ugc.npz", "pgc.npz"), pairs, strict=True):
        save_pairs(one, folder / name)
    codes, said = run_both(_FIT + _GATHER, folder)
    return Together(folder, pairs, codes, said)


def test_parts_make_up_the_whole(together: Together) -> None:
    found = [together.read(f"found-{rank}") for rank in range(2)]
    # The weights of the first, (1, 1), hold for both: the rows' sums are 1, 5, 9, 13, 17.
    value = sum(n * (4 * n + 1) ** 2 for n in range(5))
    gradient = [sum(2 * n * (4 * n + 1) * (2 * n + side) for n in range(5)) for side in (0, 1)]
    assert found[0] == [value, [gradient], [[1, 1]], [True, False], 7.25, [[0, 2], [], None]]
    assert found[1] == found[0]


def test_processes_with_other_data_are_refused(together: Together) -> None:
    assert 0 not in together.codes
    assert "don't have the same pairs and settings" in "".join(together.said)
    assert len("".join(together.said).splitlines()) == 1


def test_two_processes_learn_what_one_does(together: Together) -> None:
    for index, (config, experts) in enumerate(CASES):
        (member,) = fit_members(
            TrainingData(*with_experts(together.pairs, experts)), config, silent()
        )
        (teacher, student, total), others = (
            together.read(f"fit-{index}-{rank}") for rank in range(2)
        )
        for fit, (losses, validation_loss) in (
            (member.teacher_fit, teacher),
            (member.student_fit, student),
        ):
            assert fit is not None
            assert losses == pytest.approx(fit.losses, rel=1e-4)
            assert validation_loss == pytest.approx(fit.validation_loss, abs=0.01)
        weights = [one.double().square().sum() for one in member.student.state_dict().values()]
        assert total == pytest.approx(float(torch.stack(weights).sum()), rel=1e-4)
        assert others == [teacher, student, total]


_SHARE = """
weight = torch.nn.Linear(2, 1)
shared = distributed.shared_gradients(weight, lambda rows: weight(rows).sum())
for _ in range(3):
    shared(torch.ones(4, 2)).backward()
"""
_SAY_THREADS = """
finally:
    threads = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    say("threads", threads)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the threads from /proc")
def test_no_thread_of_the_group_is_left(tmp_path: Path) -> None:
    code = _HEAD.replace("{work}", _SHARE.strip().replace("\n", "\n    ")) + _SAY_THREADS.lstrip()
    codes, said = ends(launch(["-c", code, str(tmp_path)], tmp_path))
    assert codes == [0, 0], said
    for rank in range(2):
        threads = json.loads((tmp_path / f"threads-{rank}.json").read_text())
        assert not any("gloo" in name for name in threads), threads


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ('raise TrainingError("The clip is bad.", remedy="Mend it.")', "The clip is bad. Mend it."),
        ("os.kill(os.getpid(), signal.SIGKILL)", "Another process of this training run was lost."),
    ],
    ids=["fails", "is killed"],
)
def test_when_one_ends_all_end_with_one_message(end: str, message: str, tmp_path: Path) -> None:
    work = (
        f"distributed.any_process(False)\nif rank == 1:\n    {end}\ndistributed.any_process(False)"
    )
    began_s = time.monotonic()
    codes, said = run_both(work, tmp_path)
    assert time.monotonic() - began_s < 45
    assert codes == ([2, 2] if "bad" in message else [2, -signal.SIGKILL])
    # torch itself may add a warning.
    (line,) = (line for text in said for line in text.splitlines() if "[W" not in line)
    assert message in line


def write_specs(folder: Path) -> list[str]:
    # The bundled experts, which the new pack takes over, read the bundled network's embeddings.
    shape: Any = {"n_shown": 1280, "version": VIDEO_FEATURES_VERSION}
    save_pairs(make_clip_pairs(48, **shape), folder / "ugc.npz")
    save_pairs(make_clip_pairs(60, seed=1, **shape), folder / "pgc.npz")
    (folder / "settings.toml").write_text(
        "n_video_components = 8\nn_music_components = 8\nn_members = 1\ndevice = 'cpu'\n"
    )
    options = {
        "--pairs": "ugc.npz",
        "--pgc": "pgc.npz",
        "--config": "settings.toml",
        "--out": "mine",
    }
    paths = [(name, str(folder / file)) for name, file in options.items()]
    # The made-up pairs can't be compared with the pack in use.
    return ["-m", "engine", "train", "--force", *(word for option in paths for word in option)]


@pytest.mark.slow
def test_one_process_writes_the_pack_and_prints(tmp_path: Path) -> None:
    command = write_specs(tmp_path)
    codes, said = ends(launch([*command, "--epochs", "2"], tmp_path))
    assert codes == [0, 0]
    assert "Wrote" in said[0]
    assert said[1] == ""
    assert MatchingPack.load(tmp_path / "mine").id == "mine"
    assert list((tmp_path / "home").glob("**/training-states/*")) == []


@pytest.mark.slow
def test_cancelled_in_one_process_all_stop_and_the_state_is_kept(tmp_path: Path) -> None:
    command = write_specs(tmp_path)
    endless = [*command, "--epochs", "100000"]
    processes = launch(endless, tmp_path)
    deadline_s = time.monotonic() + 50
    while not list((tmp_path / "home").glob("**/teacher-0.npz")):
        assert time.monotonic() < deadline_s
        assert [process.poll() for process in processes] == [None, None]
        time.sleep(0.05)
    processes[1].send_signal(signal.SIGINT)
    codes, said = ends(processes)
    assert codes == [130, 130]
    assert sum("Run the same command again" in text for text in said) == 1
    assert not (tmp_path / "mine").exists()
