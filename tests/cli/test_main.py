import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine import __version__
from engine.__main__ import main
from engine.cli import doctor
from engine.errors import Cancelled, LibraryError
from engine.paths import log_file

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_signals() -> object:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def failing_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def run(_: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(doctor, "run", run)
    return main(["doctor"])


def test_without_a_command_the_help_is_shown(capsys: Capture) -> None:
    assert main([]) == 0
    out, err = capsys.readouterr()
    assert "recommend" in out and "library" in out and "doctor" in out
    assert err == ""


def test_the_version(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"soundbed {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["recommend", "x.mp4", "--bpm", "fast"],
        ["recommend", "x.mp4", "--top", "many"],
        ["recommend", "x.mp4", "--colour", "blue"],
        ["library"],
        ["library", "add"],
        ["dance"],
    ],
)
def test_wrong_arguments_are_one_line_and_2(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1 and "--help" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["recommend", "x.mp4", "--taste", "2"],
        ["recommend", "x.mp4", "--taste", "nan"],
        ["recommend", "x.mp4", "--top", "0"],
        ["recommend", "x.mp4", "--bpm", "120-90"],
        ["recommend", "x.mp4", "--bpm", "nan-nan"],
        ["library", "add", "/no/such/folder"],
        ["library", "remove", "/no/such/folder"],
        ["library", "remove", "99"],
    ],
)
def test_senseless_wishes_are_one_line_and_2(arguments: list[str], capsys: Capture) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("soundbed: ") and err.count("\n") == 1


def test_a_soundbed_error_is_one_line_and_2(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    error = LibraryError("it is damaged.", path="/lib\nrary", remedy="Mend it.")
    assert failing_with(error, monkeypatch) == 2
    assert (
        capsys.readouterr().err
        == "soundbed: /lib\N{REPLACEMENT CHARACTER}rary: it is damaged. Mend it.\n"
    )


def test_memory_that_runs_out_is_one_line_and_2(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failing_with(MemoryError("Unable to\nallocate 74.5 GiB"), monkeypatch) == 2
    assert capsys.readouterr().err == (
        "soundbed: The computer ran out of memory (Unable to allocate 74.5 GiB). "
        "Process less at a time.\n"
    )


@pytest.mark.parametrize("error", [Cancelled(), KeyboardInterrupt()])
def test_cancelled_is_130(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert failing_with(error, monkeypatch) == 130
    assert capsys.readouterr().err == "soundbed: Cancelled.\n"


def test_a_fault_of_ours_names_the_log_file_which_holds_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert failing_with(ZeroDivisionError("deep inside"), monkeypatch) == 1
    err = capsys.readouterr().err
    assert str(log_file()) in err and "Traceback" not in err
    text = log_file().read_text()
    assert "Traceback" in text and "deep inside" in text


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from engine.__main__ import main\n"
        "try: main(['recommend', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'av', 'cv2', 'onnxruntime', 'torch', 'numpy', 'sqlite3', 'PySide6'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert ended.stdout.splitlines()[-1] == "[]"


def test_a_reader_who_leaves_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as broken:
        ended = subprocess.run(
            [sys.executable, "-m", "engine", "library", "list", "--json"],
            stdout=broken, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
            check=False,
        )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(("signal_number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_in_order(signal_number: int, code: int, tmp_path: Path) -> None:
    wait = (
        "import sys, time; from engine import __main__; from engine.cli import doctor\n"
        "doctor.run = lambda _: print('ready', flush=True) or time.sleep(60)\n"
        "sys.exit(__main__.main(['doctor']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", wait],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    started_s = time.monotonic()
    process.send_signal(signal_number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert time.monotonic() - started_s < 10
    assert "Traceback" not in err


def test_a_folder_that_does_not_answer_delays_no_command(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr("engine.unfinished.sweep", answers.wait)
    monkeypatch.setattr("engine.__main__._LONGEST_SWEEP_S", 0.05)
    started_s = time.monotonic()
    assert main(["config"]) == 0
    assert time.monotonic() - started_s < 10
    assert "theme" in capsys.readouterr().out
    answers.set()
