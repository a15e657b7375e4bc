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


def test_what_is_done_outside_the_allowed_places_is_seen(tmp_path: Path) -> None:
    log, scratch = tmp_path / "log", tmp_path / "scratch"
    log.mkdir()
    here = "AT_FDCWD</home/x>"
    calls = {
        f'openat({here}, "/usr/lib/x.so", O_RDONLY|O_CLOEXEC) = 3</usr/lib/x.so>': "",
        f'openat({here}, "{scratch}/a", O_WRONLY|O_CREAT, 0666) = 3<{scratch}/a>': "",
        f'openat({here}, "{packs.ROOT}/a.py", O_RDONLY) = 3<{packs.ROOT}/a.py>': "",
        f'openat({here}, "/etc/x", O_RDONLY) = -1 ENOENT (No such file or directory)': "",
        f'openat({here}, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3</etc/passwd>': "reads",
        # By a link.
        f'openat({here}, "/usr/lib/x.so", O_RDONLY) = 3</etc/passwd>': "reads",
        f'openat({here}, "weights.bin", O_RDONLY) = 3<{scratch}/weights.bin>': "reads",
        f'openat({here}, "/usr/lib/x.so", O_WRONLY) = 3</usr/lib/x.so>': "changes",
        f'unlink("{packs.ROOT}/a.py") = 0': "changes",
        "connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80), "
        'sin_addr=inet_addr("1.2.3.4")}, 16) = 0': "opens a socket",
    }
    for line, problem in calls.items():
        (log / "thread.1").write_text(line)
        found = packs.done_outside(log, tmp_path, scratch)
        assert len(found) == bool(problem), line
        assert "".join(found).startswith(problem)
