"""The short form of `tests.robustness.packs`."""

from pathlib import Path

import pytest

from tests.robustness import packs


def test_a_few_hostile_packs_and_mutants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--state", str(tmp_path), "--packs", "1", "--mutants", "500"]
    code = packs.main(arguments)
    shown = capsys.readouterr().out
    assert code == 0, shown
    assert "mutants tried: 500\n" in shown and "hostile packs tried: 1\n" in shown
    # It resumes where it was.
    assert packs.main([*arguments, "--hours", "0"]) == 0
    assert "mutants tried: 500\n" in capsys.readouterr().out


def test_files_outside_the_allowed_places_are_seen(tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    calls = {
        'openat(AT_FDCWD, "/usr/lib/x.so", O_RDONLY|O_CLOEXEC) = 3': False,
        f'openat(AT_FDCWD, "{tmp_path}/a", O_WRONLY|O_CREAT, 0666) = 3': False,
        f'12345 openat(AT_FDCWD, "{packs.ROOT}/engine/x.py", O_RDONLY) = 3': False,
        'openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = -1 EACCES': False,
        'openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3': True,
        'openat(AT_FDCWD, "weights.bin", O_RDONLY) = 3': True,
        'openat(AT_FDCWD, "/usr/lib/x.so", O_WRONLY) = 3': True,
        f'12345 unlink("{packs.ROOT}/engine/x.py") = 0': True,
        "connect(3, {sa_family=AF_INET, sin_port=htons(80)}, 16) = 0": True,
    }
    for line, is_wrong in calls.items():
        trace.write_text(line)
        assert bool(packs.opened_outside(trace, tmp_path)) == is_wrong, line
