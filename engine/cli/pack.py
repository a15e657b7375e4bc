"""`soundbed pack list|compare|use|rollback`: which matching pack ranks music for clips."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.feature_options import add_feature_options, feature_options
from engine.cli.shared_options import add_json_option
from engine.errors import display_path
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.stories.choose_pack import PackChange
    from engine.stories.known_packs import KnownPack
    from engine.training.compare_packs import ComparedPack, PackComparison


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its actions."""
    parser = commands.add_parser(
        "pack",
        help=tr("list, compare and choose matching packs"),
        description=tr(
            "Lists, compares and chooses matching packs, the models that rank music for a clip. "
            "Music packs, which bring tracks, are under “soundbed library”."
        ),
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(
        title=tr("actions"), metavar=tr("ACTION"), dest="action", required=True
    )
    _add_list(actions)
    _add_compare(actions)
    use = actions.add_parser(
        "use",
        help=tr("rank with another matching pack from now on"),
        description=tr(
            "Checks a matching pack, embeds your tracks for it, and ranks with it from now on. "
            "The vectors for other packs are kept. Until the end, the old pack stays in use."
        ),
        allow_abbrev=False,
    )
    use.add_argument("pack", metavar=tr("PACK"), help=tr("its folder, or its name in the list"))
    use.add_argument(
        "--force", action="store_true", help=tr("use it even if it is only a candidate")
    )
    use.set_defaults(run=run_use)
    rollback = actions.add_parser(
        "rollback",
        help=tr("go back to the matching pack before"),
        description=tr("Ranks with the pack before again. Run it again to go back further."),
        allow_abbrev=False,
    )
    rollback.set_defaults(run=run_rollback)


def _add_list(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    show = actions.add_parser(
        "list",
        help=tr("list the matching packs, and what is wrong with them"),
        description=tr(
            "Lists the bundled matching pack, those in your folder of model packs, and those in "
            "use now and before. Each is checked as before it is used."
        ),
        allow_abbrev=False,
    )
    show.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar=tr("FOLDER"),
        help=tr("a further pack, or a folder of packs"),
    )
    add_json_option(show)
    show.set_defaults(run=run_list)


def _add_compare(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    compare = actions.add_parser(
        "compare",
        help=tr("find out which of two matching packs ranks your own choices higher"),
        description=tr(
            "Ranks music that people chose by both packs: that of finished edits among the music "
            "of all edits, and your picks among all tracks. Clips that a pack has learnt from are "
            "left out. Says whether B is better than A, worse, or not known to be either."
        ),
        allow_abbrev=False,
    )
    compare.add_argument("first", metavar="A", help=tr("a pack's folder, or its name in the list"))
    compare.add_argument("second", metavar="B", help=tr("the other pack"))
    compare.add_argument(
        "--edits",
        type=Path,
        metavar="SPEC",
        help=tr("a folder of finished edits, a .csv table or a prepared .npz"),
    )
    compare.add_argument("--picks", action="store_true", help=tr("also your picks, or they alone"))
    add_feature_options(compare)
    add_json_option(compare)
    compare.set_defaults(run=run_compare)


def run_list(arguments: argparse.Namespace) -> int:
    """Print the packs."""
    from engine.cli.terminal import print_json
    from engine.stories.known_packs import known_packs

    packs = known_packs(arguments.folders)
    if arguments.json:
        print_json({"packs": [_pack_fields(pack) for pack in packs]})
    else:
        print(packs_as_text(packs))
    return 0


def run_compare(arguments: argparse.Namespace) -> int:
    """Print how two packs rank what people chose."""
    from engine.cli.terminal import (
        TerminalProgress,
        print_json,
        stopping_gently,
        warn,
        warn_of_files,
    )
    from engine.stories.known_packs import find_known_pack
    from engine.training.compare_packs import ChoicesRequest, compare_packs

    choices = ChoicesRequest(arguments.edits, arguments.picks, feature_options(arguments))
    first, second = (find_known_pack(name) for name in (arguments.first, arguments.second))
    with TerminalProgress() as progress, stopping_gently(progress):
        comparison = compare_packs(first, second, choices, progress)
    warn_of_files(comparison.skipped)
    for note in comparison.notes:
        warn(note)
    if arguments.json:
        print_json(comparison_fields(comparison))
    else:
        print(comparison_as_text(comparison))
    return 0


def run_use(arguments: argparse.Namespace) -> int:
    """Rank with another pack from now on."""
    from engine.cli.terminal import TerminalProgress, stopping_gently
    from engine.stories.choose_pack import use_pack
    from engine.stories.known_packs import find_known_pack

    folder = find_known_pack(arguments.pack)
    with TerminalProgress() as progress, stopping_gently(progress):
        change = use_pack(folder, progress, force=arguments.force)
    _print_change(change)
    print(
        tr("Before it was {folder}. To go back: soundbed pack rollback").format(
            folder=display_path(change.before)
        )
    )
    return 0


def run_rollback(_: argparse.Namespace) -> int:
    """Rank with the pack before again."""
    from engine.cli.terminal import TerminalProgress, stopping_gently
    from engine.stories.choose_pack import roll_back

    with TerminalProgress() as progress, stopping_gently(progress):
        change = roll_back(progress)
    _print_change(change)
    print(
        tr("Before it was {folder}. To use that again: soundbed pack use FOLDER").format(
            folder=display_path(change.before)
        )
    )
    return 0


def packs_as_text(packs: "list[KnownPack]") -> str:
    """Return the packs as a table, each with what it learnt from or what is wrong beneath."""
    from engine.cli.table import format_table

    places = {"bundled": tr("bundled"), "models": tr("yours"), "elsewhere": tr("elsewhere")}
    rows = [
        [
            tr("in use") if pack.in_use else "",
            pack.id,
            places[pack.place],
            _state(pack),
            "–" if pack.seen is None else f"{pack.seen.n_clips}",
            display_path(pack.folder),
        ]
        for pack in packs
    ]
    headers = [
        "",
        tr("Pack"),
        tr("Place"),
        tr("State"),
        tr("Known clips"),
        tr("Folder"),
    ]
    notes = [pack.problem or _candidate_note(pack) or pack.training_data for pack in packs]
    return format_table(headers, rows, right=frozenset({4}), shrink=(5,), notes=notes)


def comparison_fields(comparison: "PackComparison") -> dict[str, Any]:
    """Return a comparison as plain values for one JSON object."""
    from engine.cli.terminal import number, path_fields

    difference = comparison.difference
    return {
        "first": _compared_fields(comparison.first),
        "second": _compared_fields(comparison.second),
        "difference": {
            "mean": number(difference.mean, 6),
            "low": number(difference.low, 6),
            "high": number(difference.high, 6),
        },
        "second_is": comparison.verdict,
        "n": difference.n_clips,
        "n_sources": difference.n_sources,
        "n_seen": comparison.n_seen,
        "skipped": [{**path_fields(path), "reason": why} for path, why in comparison.skipped],
        "notes": list(comparison.notes),
    }


def comparison_as_text(comparison: "PackComparison") -> str:
    """Return a comparison as a table with a verdict in words."""
    from engine.cli.table import format_table

    rows = [
        [letter, pack.id, f"{pack.mean_rank:.1%}", display_path(pack.folder)]
        for letter, pack in (("A", comparison.first), ("B", comparison.second))
    ]
    headers = ["", tr("Pack"), tr("Mean rank of the own choice"), tr("Folder")]
    table = format_table(headers, rows, right=frozenset({2}), shrink=(3,))
    difference = comparison.difference
    verdicts = {
        "better": tr("B is better than A."),
        "worse": tr("B is worse than A."),
        "unknown": tr("It isn't known whether B is better or worse than A."),
    }
    interval = tr(
        "B's mean rank minus A's: {mean} points of the list (95 % interval: {low} to {high}; "
        "below 0 is better)."
    ).format(
        **{name: f"{100 * getattr(difference, name):+.1f}" for name in ("mean", "low", "high")}
    )
    counts = trn("{n} choice", "{n} choices", difference.n_clips).format(n=difference.n_clips)
    sources = trn("{n} source", "{n} sources", difference.n_sources).format(n=difference.n_sources)
    seen = trn(
        "{n} choice was left out, because a pack has learnt from its clip.",
        "{n} choices were left out, because a pack has learnt from their clips.",
        comparison.n_seen,
    ).format(n=comparison.n_seen)
    counted = tr("Compared: {choices} of {sources} (0 % is first in the list, chance is 50 %).")
    lines = [
        table,
        "",
        verdicts[comparison.verdict],
        interval,
        counted.format(choices=counts, sources=sources),
        *([seen] if comparison.n_seen else []),
    ]
    return "\n".join(lines)


def _print_change(change: "PackChange") -> None:
    from engine.cli.terminal import warn

    for path, reason in change.passed_over:
        warn(tr("{path}: passed over: {reason}").format(path=display_path(path), reason=reason))
    if change.candidate:
        warn(
            tr("{pack} is only a candidate: {reason}").format(
                pack=change.id, reason=change.candidate
            )
        )
    print(
        tr("Clips are now ranked with {pack}: {folder}").format(
            pack=change.id, folder=display_path(change.folder)
        )
    )
    if change.n_embedded:
        print(
            trn(
                "{n} track of yours was embedded for it. The vectors for other packs are kept.",
                "{n} tracks of yours were embedded for it. The vectors for other packs are kept.",
                change.n_embedded,
            ).format(n=change.n_embedded)
        )


def _state(pack: "KnownPack") -> str:
    if pack.problem:
        return tr("unusable")
    return tr("candidate") if pack.candidate else tr("usable")


def _candidate_note(pack: "KnownPack") -> str:
    if not pack.candidate:
        return ""
    return tr("Only a candidate: {reason}").format(reason=pack.candidate)


def _pack_fields(pack: "KnownPack") -> dict[str, Any]:
    from engine.cli.terminal import path_fields

    return {
        "id": pack.id,
        **path_fields(pack.folder),
        "place": pack.place,
        "in_use": pack.in_use,
        "candidate": pack.candidate or None,
        "training_data": pack.training_data,
        "n_seen": None if pack.seen is None else pack.seen.n_clips,
        "seen_is_complete": None if pack.seen is None else pack.seen.is_complete,
        "problem": pack.problem or None,
    }


def _compared_fields(pack: "ComparedPack") -> dict[str, Any]:
    from engine.cli.terminal import number, path_fields

    return {
        "id": pack.id,
        **path_fields(pack.folder),
        "candidate": pack.candidate or None,
        "mean_rank": number(pack.mean_rank, 6),
    }
