"""`soundbed evaluate PACK`: how well a matching pack matches pictures and sounds."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.feature_options import add_feature_options, feature_options
from engine.cli.shared_options import add_json_option
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.training.evaluate_pack import PackEvaluation, Retrieval


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its options."""
    parser = commands.add_parser(
        "evaluate",
        help=tr("evaluate a matching pack on finished edits"),
        description=tr(
            "Ranks the sounds of all finished edits for the picture of each. Shows how often"
            " an edit's own sound is among the first and, with labels, how many of the first"
            " ten others have the edit's label, compared with chance."
        ),
        allow_abbrev=False,
    )
    parser.add_argument("pack", metavar="PACK", help=tr("its folder, or its name in the list"))
    parser.add_argument(
        "--edits",
        type=Path,
        required=True,
        metavar=tr("FOLDER"),
        help=tr("videos with their own sound; subfolders too"),
    )
    parser.add_argument(
        "--labels",
        type=Path,
        metavar="CSV",
        help=tr("a table with the columns clip (its path within FOLDER) and label"),
    )
    add_feature_options(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate the pack, and print its figures next to chance."""
    from engine.cli.terminal import TerminalProgress, print_json, warn, warn_of_files
    from engine.stories.known_packs import find_known_pack
    from engine.training.evaluate_pack import evaluate_pack

    with TerminalProgress() as progress:
        evaluation = evaluate_pack(
            find_known_pack(arguments.pack),
            arguments.edits,
            progress,
            arguments.labels,
            feature_options(arguments),
        )
    warn_of_files(evaluation.skipped)
    for note in evaluation.notes:
        warn(note)
    if arguments.json:
        print_json(as_json(evaluation))
    else:
        print(as_text(evaluation))
    return 0


def as_json(evaluation: "PackEvaluation") -> dict[str, Any]:
    """Return the figures as plain values for one JSON object."""
    return {
        "n": evaluation.n_edits,
        "n_seen": evaluation.n_seen,
        **_figures(evaluation.found),
        "chance": _figures(evaluation.chance),
    }


def as_text(evaluation: "PackEvaluation") -> str:
    """Return the figures as a table."""
    from engine.cli.table import format_table
    from engine.training.evaluate_pack import N_LABELLED

    found, chance = evaluation.found, evaluation.chance
    rows = [
        [f"Recall@{k}", f"{share:.1%}", f"{chance.recall[k]:.1%}"]
        for k, share in found.recall.items()
    ]
    rows.append(
        [
            tr("Median rank of an edit's own sound"),
            f"{found.median_rank:g}",
            f"{chance.median_rank:g}",
        ]
    )
    if found.label_match is not None and chance.label_match is not None:
        rows.append(
            [
                tr("Same label among the first {k} others").format(k=N_LABELLED),
                f"{found.label_match:.1%}",
                f"{chance.label_match:.1%}",
            ]
        )
    heading = trn(
        "{n} edit, matched by {pack}", "{n} edits, matched by {pack}", evaluation.n_edits
    ).format(n=evaluation.n_edits, pack=evaluation.pack_id)
    table = format_table(["", tr("Found"), tr("Chance")], rows, right=frozenset({1, 2}))
    return "\n\n".join([heading, table, *_left_out(evaluation)])


def _left_out(evaluation: "PackEvaluation") -> list[str]:
    n = evaluation.n_seen
    text = trn(
        "{n} edit was left out, because the pack has learnt from it.",
        "{n} edits were left out, because the pack has learnt from them.",
        n,
    )
    return [text.format(n=n)] if n else []


def _figures(retrieval: "Retrieval") -> dict[str, Any]:
    from engine.cli.terminal import number

    return {
        "recall": {str(k): number(share, 6) for k, share in retrieval.recall.items()},
        "median_rank": number(retrieval.median_rank),
        "label_match": number(retrieval.label_match, 6),
    }
