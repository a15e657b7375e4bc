"""What a scan of the library found, and the state of its files, as text and JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import display_path
from engine.library.reasons import FileCheck
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.library.left_out import LeftOut
    from engine.library.library import Library
    from engine.stories.index_report import FileProblem, IndexReport

_MAX_SHOWN = 20


def check_json(check: FileCheck | None) -> dict[str, Any]:
    """Return why a file can't be used, or only in part, as fields for JSON."""
    from engine.cli.terminal import number

    if check is None:
        return {"reason": None}
    fields: dict[str, Any] = {"reason": check.reason}
    if check.claimed_s is not None:
        fields["found_s"] = number(check.found_s, 3)
        fields["claimed_s"] = number(check.claimed_s, 3)
    return fields


def print_report(report: "IndexReport", *, as_json: bool) -> int:
    """Print what a scan found and did; return the exit code."""
    if as_json:
        from engine.cli.terminal import number, print_json

        print_json(
            {
                "added": report.added,
                "unchanged": report.unchanged,
                "unusable": report.unusable,
                "moved": report.moved,
                "renewed": report.renewed,
                "offline": report.offline,
                "failed": _problems_json(report.failed),
                "incomplete": _problems_json(report.incomplete),
                "left_out": _left_out_json(report.left_out),
                "music_s": number(report.music_s, 3),
            }
        )
        return 0
    _warn_of((p.path, p.message) for p in (*report.failed, *report.incomplete))
    _warn_of((each.path, tr("left out: {why}").format(why=each.explanation))
             for each in report.left_out)  # fmt: skip
    counts = [
        trn("{n} track added", "{n} tracks added", report.added).format(n=report.added),
        tr("{n} unchanged").format(n=report.unchanged),
        tr("{n} moved").format(n=report.moved) if report.moved else "",
        tr("{n} analysed again").format(n=report.renewed) if report.renewed else "",
        tr("{n} failed").format(n=len(report.failed)) if report.failed else "",
        tr("{n} still can't be used").format(n=report.unusable) if report.unusable else "",
        tr("{n} incomplete").format(n=len(report.incomplete)) if report.incomplete else "",
        tr("{n} left out").format(n=len(report.left_out)) if report.left_out else "",
        tr("{n} offline").format(n=report.offline) if report.offline else "",
    ]
    n_known = report.unchanged + report.unusable + report.moved + report.offline
    if not (report.added or n_known or report.failed or report.left_out):
        print(tr("No audio files were found."))
        return 0
    print(", ".join(count for count in counts if count) + ".")
    n_analysed = report.added + report.renewed
    if report.music_s > 0 and report.wall_s > 0:
        speed = report.music_s / report.wall_s
        print(
            trn(
                "{rate:.1f} tracks per minute, {speed:.0f} times real time on {n} core.",
                "{rate:.1f} tracks per minute, {speed:.0f} times real time on {n} cores.",
                report.n_workers,
            ).format(rate=60 * n_analysed / report.wall_s, speed=speed, n=report.n_workers)
        )
    return 0


def print_status(library: "Library", *, as_json: bool) -> int:
    """Print the state of the user's own files; return the exit code."""
    states = library.tracks.n_by_state()
    checks = library.checks.all()
    reasons = Counter(check.reason for check in checks.values())
    left_out = library.left_out.all()
    files = {file.id: file for file in library.files.known()} if checks else {}
    problems = [
        (files[number], check) for number, check in sorted(checks.items()) if number in files
    ]
    if as_json:
        from engine.cli.terminal import path_fields, print_json

        print_json(
            {
                "states": states,
                "reasons": dict(reasons),
                "files": [
                    {"id": file.id, **path_fields(file.path), "state": file.state,
                     "message": file.message, **check_json(check)}
                    for file, check in problems
                ],
                "left_out": _left_out_json(left_out),
            }
        )  # fmt: skip
        return 0
    print(
        tr("{ready} ready, {offline} offline, {failed} can't be used.").format(
            ready=states["ready"], offline=states["offline"], failed=states["failed"]
        )
    )
    for reason, n in sorted(reasons.items()):
        print(f"  {n}  {FileCheck(reason).label}")
    for file, check in problems[:_MAX_SHOWN]:
        print(f"{display_path(file.path)}: {check.label}")
    if len(problems) > _MAX_SHOWN:
        print(tr("… and more; see: soundbed library list"))
    if left_out:
        print(
            trn("{n} file or folder left out:", "{n} files and folders left out:", len(left_out))
            .format(n=len(left_out))
        )  # fmt: skip
    for each in left_out[:_MAX_SHOWN]:
        print(f"{display_path(each.path)}: {each.explanation}")
    if len(left_out) > _MAX_SHOWN:
        print(tr("… and more; see all with --json"))
    return 0


def _warn_of(lines: Iterable[tuple[Path, str]]) -> None:
    from engine.cli.terminal import warn

    every = list(lines)
    for path, message in every[:_MAX_SHOWN]:
        warn(f"{display_path(path)}: {message}")
    if len(every) > _MAX_SHOWN:
        warn(tr("… and more; see: soundbed library status"))


def _problems_json(problems: Sequence["FileProblem"]) -> list[dict[str, Any]]:
    from engine.cli.terminal import path_fields

    return [
        {**path_fields(each.path), "message": each.message, **check_json(each.check)}
        for each in problems
    ]


def _left_out_json(left_out: Sequence["LeftOut"]) -> list[dict[str, Any]]:
    from engine.cli.terminal import path_fields

    return [
        {**path_fields(each.path), "cause": each.cause, "message": each.explanation}
        for each in left_out
    ]
