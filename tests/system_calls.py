"""What a program and its children do to files and sockets, as strace sees it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_OPENING = ("open", "openat", "openat2", "creat")
_CHANGING = (
    *("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "mknod", "mknodat", "truncate"),
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("chmod", "fchmodat", "chown", "lchown", "fchownat", "utimensat"),
)
_ADDRESSED = ("connect", "bind", "sendto", "sendmsg", "sendmmsg")
_CALLS = (*_OPENING, *_CHANGING, *_ADDRESSED, "socket", "chdir")
# One file for each thread, so that no line is cut in two by another thread's. The "?" is for calls
# that some processors don't have.
_STRACE = (
    *("strace", "-ff", "--seccomp-bpf", "-yy", "-qq", "-s", "300", "-e", "signal=none"),
    *("-e", "trace=" + ",".join(f"?{call}" for call in _CALLS)),
)

_LINE = re.compile(r"(\w+)\((.*)\) += (\S.*)")
_FOR_WRITING = re.compile(r"\bO_(?:WRONLY|RDWR|CREAT|TRUNC)\b")
_TEXT = r'"((?:[^"\\]|\\.)*)"'
# `AT_FDCWD</tmp>` or `3</tmp>` is the folder that the path after it is relative to.
_FOLDER_OR_PATH = re.compile(rf"(?:AT_FDCWD|\d+)<(/[^<>]*)|{_TEXT}")
_OPENED = re.compile(r"\d+<(/[^<>]*)")
_ADDRESS = re.compile(
    r"\{sa_family=(AF_\w+)"
    r"(?:, sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]*)\")?"
)
_TO_NAME_SERVER = re.compile(rf"\d+<UDP(?:v6)?:\[[^>]*->[^>]*:53\]>, .*?{_TEXT}")
_NAME_SERVER = "53"
# Refused for want of rights: on another computer it is done.
_REFUSED = re.compile(r"-1 (?:EACCES|EPERM|EROFS)\b")


@dataclass(frozen=True, slots=True)
class SystemCalls:
    """What a program and its children did.

    Attributes:
        families: of the sockets that were opened or addressed, such as AF_INET.
        hosts: internet addresses that were connected to, bound or sent to, without those of
            name servers.
        names: what name servers were asked for.
        read: files that were opened for reading.
        changed: files and folders that were opened for writing, made, moved or removed.
    """

    families: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    read: set[Path] = field(default_factory=set)
    changed: set[Path] = field(default_factory=set)


def why_not() -> str | None:
    """Return why no program can be watched here, or None where it can."""
    if shutil.which("strace") is None:
        return "strace isn't installed"
    tried = subprocess.run([*_STRACE, "-o", os.devnull, "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "strace isn't allowed to watch programs here"


def watch(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
) -> "subprocess.Popen[str]":
    """Start a program under strace.

    Args:
        command: the program and its arguments.
        environment: all variables that it gets.
        folder: where it starts.
        log: a folder for the log files, made here.
    """
    return subprocess.Popen(
        [*strace(log), *command],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def strace(log: Path) -> list[str]:
    """Make a folder for the log files; return what comes before a command to watch it."""
    log.mkdir()
    return [*_STRACE, "-o", str(log / "thread")]


def read_log(log: Path, folder: Path) -> SystemCalls:
    """Return what a watched program did, after its end.

    Args:
        log: the folder of the log files.
        folder: where the program started.
    """
    seen = SystemCalls()
    for file in log.iterdir():
        current = folder
        for line in file.read_text(encoding="ascii").splitlines():
            found = _LINE.match(line)
            if found is None:
                continue
            call, arguments, result = found.groups()
            if call == "socket":
                seen.families.add(arguments.partition(",")[0])
            elif call in _ADDRESSED:
                _add_addresses(seen, arguments)
            else:
                paths = list(_paths(call, arguments, result, current))
                _add_paths(seen, call, arguments, result, paths)
                current = _current_folder(call, arguments, result, paths, current)
    return seen


def _add_addresses(seen: SystemCalls, arguments: str) -> None:
    for family, port, host in _ADDRESS.findall(arguments):
        seen.families.add(family)
        if host and port != _NAME_SERVER:
            seen.hosts.add(host)
    question = _TO_NAME_SERVER.match(arguments)
    if question is not None:
        seen.names.add(_asked_name(_unescaped(question[1])))


def _add_paths(
    seen: SystemCalls, call: str, arguments: str, result: str, paths: Sequence[Path]
) -> None:
    if result.startswith("-1") and not _REFUSED.match(result):
        return
    if call in _CHANGING or call == "creat" or _FOR_WRITING.search(arguments):
        seen.changed.update(paths)
    elif call in _OPENING:
        seen.read.update(paths)


def _paths(call: str, arguments: str, result: str, current: Path) -> Iterator[Path]:
    """Yield the paths that a call acts on, in full."""
    opened = _OPENED.match(result)
    if opened is not None:
        yield _path(opened[1])
        return
    found = []
    base = current
    for folder, text in _FOLDER_OR_PATH.findall(arguments):
        if folder:
            base = _path(folder)
        else:
            found.append(Path(os.path.normpath(base / _path(text))))
            base = current
    if call == "utimensat" and not found:
        # The times of a file that is open.
        found.append(base)
    # What a link leads to isn't changed.
    yield from found[1:] if call.startswith(("symlink", "link")) else found


def _current_folder(
    call: str, arguments: str, result: str, paths: Sequence[Path], current: Path
) -> Path:
    if call == "chdir" and result == "0":
        return paths[0]
    named = re.match(r"AT_FDCWD<([^<>]*)>", arguments)
    return current if named is None else _path(named[1])


def _asked_name(message: bytes) -> str:
    """Return the name in a question to a name server: each label after its length."""
    labels, at = [], 12
    while at < len(message) and message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("latin-1"))
        at += 1 + message[at]
    return ".".join(labels)


def _path(text: str) -> Path:
    return Path(os.fsdecode(_unescaped(text)))


def _unescaped(text: str) -> bytes:
    """Undo strace's escapes: those of C, with bytes that are no ASCII in octal."""
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")
