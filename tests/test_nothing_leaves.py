"""Nothing leaves the machine: each command and the window, watched by strace.

No socket is opened but those within this computer, and no file is written outside the folders that
the user gave and the caches named here.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.encoders.visual import FEATURES_VERSION
from engine.paths import bundled_models_dir, demo_clip
from engine.training.data.pairs import save_pairs
from tests.music_packs.samples import write_tone
from tests.system_calls import SystemCalls, read_log, watch, why_not
from tests.training.data.test_extraction import end, needs_dask, start_scheduler
from tests.training.tiny_pairs import make_clip_pairs

ROOT = Path(__file__).resolve().parents[1]
SOUNDBED = (sys.executable, "-m", "engine")
DEMO = str(demo_clip())
TIMEOUT_S = 240

# Sockets within this computer: between processes, and to its kernel.
LOCAL_FAMILIES = {"AF_UNIX", "AF_NETLINK"}
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
# Listening for the other computers of a training is what torch's launcher and Dask's worker are
# for, and torch asks the name server what its own end of a connection is called.
EVERY_ADDRESS = {"0.0.0.0", "::"}
NAMES_OF_LOOPBACK = {"1.0.0.127.in-addr.arpa", "localhost"}

# Devices, memory and processes, which are no files on a disk.
NO_FILES = (Path("/dev"), Path("/proc"))
# What other programs' libraries keep: fontconfig, Mesa and Qt. "~" is the home.
CACHES = (
    *("~/.cache/fontconfig", "/var/cache/fontconfig"),
    *("~/.cache/mesa_shader_cache", "~/.cache/mesa_shader_cache_db"),
    *("~/.cache/qtshadercache-*", "~/.cache/qtpipelinecache-*"),
)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who uses Soundbed for the first time, with empty folders.

    Attributes:
        folder: for all their files, and where programs start.
        out: where they want results.
    """

    folder: Path
    out: Path

    def environment(self) -> dict[str, str]:
        """Return the variables of a program; telemetry is asked for, and must stay off."""
        kept = ("PATH", "LD_LIBRARY_PATH")
        return {name: os.environ[name] for name in kept if os.environ.get(name)} | {
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "temporary"),
            "SOUNDBED_HOME": str(self.folder / "soundbed"),
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "OMP_NUM_THREADS": "1",
            "ORT_DISABLE_TELEMETRY": "0",
        }

    def start(self, name: str, *command: str) -> "subprocess.Popen[str]":
        """Start a program that is watched; `name` identifies it among this user's programs."""
        return watch(command, self.environment(), self.folder, self.folder / f"{name}.log")

    def seen(self, name: str) -> SystemCalls:
        """Return what the program did, after its end."""
        return read_log(self.folder / f"{name}.log", self.folder)

    def run(self, *command: str) -> SystemCalls:
        """Run a program and return what it did."""
        name = f"program-{len(list(self.folder.glob('*.log')))}"
        process = self.start(name, *command)
        said, _ = process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 0, said
        return self.seen(name)

    def strays(self, calls: SystemCalls) -> list[str]:
        """Return what was written outside this user's folders and the caches named above."""
        home = self.folder / "home"
        caches = [cache.replace("~", str(home)) for cache in CACHES]
        own = (self.folder / "temporary", self.folder / "soundbed", self.out, *NO_FILES)
        return sorted(
            str(path)
            for path in calls.changed
            if not any(path.is_relative_to(folder) for folder in own)
            and "__pycache__" not in path.parts
            and path != home / ".cache"
            and not any(part.match(cache) for part in (path, *path.parents) for cache in caches)
        )


@pytest.fixture
def user(tmp_path: Path) -> User:
    """A user whose home is empty; skips where programs can't be watched."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    for name in ("home", "temporary", "soundbed", "out"):
        (tmp_path / name).mkdir()
    return User(tmp_path, tmp_path / "out")


def assert_kept_to_itself(user: User, calls: SystemCalls) -> None:
    """Check the promise of the README."""
    assert calls.families <= LOCAL_FAMILIES
    assert calls.hosts == calls.names == set()
    assert user.strays(calls) == []


def test_telemetry_is_off_whatever_the_user_set() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", "import engine, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "ORT_DISABLE_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.strip() == "1"


_LEAKS = """
import os, pathlib, socket, subprocess, sys
def udp(*address):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.connect(address)
    return one
udp("192.0.2.1", 9)  # an address of no computer, to which connecting sends nothing
udp("127.0.0.1", 53).send(bytes(12) + b"\\x05other\\x07invalid\\0\\0\\x01\\0\\x01")
os.chdir(os.environ["HOME"])
os.mkdir("made")
here = os.open(".", os.O_RDONLY)
os.open("opened", os.O_CREAT | os.O_WRONLY, dir_fd=here)
pathlib.Path("made").rename("moved")
subprocess.run([sys.executable, "-c", "open('by a child, ü>', 'w')"], check=True)
"""


def test_what_leaves_is_seen(user: User) -> None:
    calls = user.run(sys.executable, "-c", _LEAKS)
    assert calls.families == {"AF_INET"}
    assert calls.hosts == {"192.0.2.1"}
    assert calls.names == {"other.invalid"}
    names = ("by a child, ü>", "made", "moved", "opened")
    assert user.strays(calls) == [str(user.folder / "home" / name) for name in names]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--help",
        "doctor",
        "recommend {demo}",
        "export {demo} --video {out}/a.mp4 --wav {out}/a.wav --otio {out}/a.otio"
        " --credits {out}/a.txt",
        "simulate --videos 300 --out {out}/set",
        "benchmark --simulate 200 --systems popularity,cca --seeds 0 --out {out}/table",
    ],
    ids=lambda words: words.partition(" ")[0] or "no command",
)
def test_a_command_keeps_to_itself(words: str, user: User) -> None:
    command = [word.format(demo=DEMO, out=user.out) for word in words.split()]
    calls = user.run(*SOUNDBED, *command)
    assert_kept_to_itself(user, calls)
    if command[:1] == ["recommend"]:
        assert_ran_networks(calls)
    if command[:1] == ["benchmark"]:
        assert list(user.out.rglob("*.png"))


def assert_ran_networks(calls: SystemCalls) -> None:
    """Check that onnxruntime had something to report."""
    assert any(path.suffix == ".onnx" for path in calls.read)


def test_the_library_keeps_to_itself(user: User) -> None:
    music = user.folder / "music"
    # Shorter ones aren't ranked.
    write_tone(music / "a.wav", 220, seconds=12)
    write_tone(music / "b.wav", 330, seconds=12)
    pack = user.out / "music.soundbed.zip"
    for words in (
        ("add", music),
        ("list",),
        ("rescan",),
        ("build-pack", music, "--licence", "CC0-1.0", "--out", pack),
        ("remove", music),
        ("install", pack),
    ):
        calls = user.run(*SOUNDBED, "library", *map(str, words))
        assert_kept_to_itself(user, calls)
        if words[0] == "add":
            assert_ran_networks(calls)
    assert_kept_to_itself(user, user.run(*SOUNDBED, "recommend", DEMO, "--from", str(music)))


def write_edits(write_clip: Callable[..., Path], user: User) -> Path:
    edits = user.folder / "edits"
    edits.mkdir()
    for n in range(3):
        write_clip(edits / f"{n}.mp4", n_frames=75, tone_hz=300.0 + 100 * n)
    return edits


def evaluate(edits: Path) -> tuple[str, ...]:
    pack = bundled_models_dir() / "soundbed-2"
    return (*SOUNDBED, "evaluate", str(pack), "--edits", str(edits))


def test_evaluating_keeps_to_itself(write_clip: Callable[..., Path], user: User) -> None:
    calls = user.run(*evaluate(write_edits(write_clip, user)))
    assert_kept_to_itself(user, calls)
    assert_ran_networks(calls)


def train(user: User, *launcher: str) -> SystemCalls:
    """Train a small pack on made-up pairs."""
    # Of the shape that the bundled experts need, which the new pack takes over.
    save_pairs(make_clip_pairs(40, n_shown=1280, version=FEATURES_VERSION), user.out / "pairs.npz")
    settings = user.out / "settings.toml"
    settings.write_text(
        "n_video_components = 8\nn_music_components = 8\nn_members = 1\nn_epochs = 1\n"
        "device = 'cpu'\n"
    )
    pairs = str(user.out / "pairs.npz")
    options = ["--config", str(settings), "--out", str(user.out / "pack")]
    return user.run(
        sys.executable, *launcher, "-m", "engine", "train", "--force", "--pairs", pairs,
        "--pgc", pairs,
        *options,
    )  # fmt: skip


@pytest.mark.slow
def test_training_keeps_to_itself(user: User) -> None:
    calls = train(user)
    assert_kept_to_itself(user, calls)
    assert_ran_networks(calls)


@pytest.mark.slow
def test_training_by_two_processes_stays_on_this_computer(user: User) -> None:
    calls = train(user, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    assert "AF_INET" in calls.families
    assert calls.hosts <= LOOPBACK | EVERY_ADDRESS
    assert calls.names <= NAMES_OF_LOOPBACK
    assert user.strays(calls) == []
    assert_ran_networks(calls)


@pytest.mark.slow
@needs_dask
def test_a_scheduler_here_and_its_worker_stay_on_this_computer(
    write_clip: Callable[..., Path], user: User
) -> None:
    scheduler, address = start_scheduler(user.folder / "temporary")
    options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
    worker = user.start("worker", sys.executable, "-m", "dask", "worker", address, *options)
    try:
        client = user.run(*evaluate(write_edits(write_clip, user)), "--dask", address)
    finally:
        # The worker ends with its scheduler.
        end(scheduler)
        said, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0, said
    assert client.hosts == {"127.0.0.1"}
    assert user.seen("worker").hosts <= LOOPBACK | EVERY_ADDRESS
    assert_ran_networks(user.seen("worker"))
    for calls in (client, user.seen("worker")):
        assert calls.names == set()
        assert user.strays(calls) == []


@pytest.mark.slow
def test_the_window_keeps_to_itself_for_more_than_a_minute(user: User) -> None:
    # Usage data may be sent long after they were collected.
    for_a_while = ("timeout", "--preserve-status", "75")
    calls = user.run(*for_a_while, sys.executable, "-m", "desktop.app", DEMO)
    assert_kept_to_itself(user, calls)
    assert_ran_networks(calls)


_ASKS_FOR_A_FILE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog
from desktop import app, main_window
def show(window):
    dialog = QFileDialog(window)
    dialog.open()
    for after_ms, step in ((500, dialog.reject), (700, dialog.deleteLater), (900, window.close)):
        QTimer.singleShot(after_ms, step)
    shown(window)
shown = main_window.MainWindow.show
main_window.MainWindow.show = show
sys.exit(app.main([]))
"""


def test_a_file_dialog_of_the_window_keeps_to_itself(user: User) -> None:
    calls = user.run(sys.executable, "-c", _ASKS_FOR_A_FILE)
    assert_kept_to_itself(user, calls)
    assert user.folder / "soundbed" / "config" / "QtProject.conf" in calls.changed
