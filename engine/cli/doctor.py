"""`soundbed doctor`: what a bug report should include."""

import argparse
from typing import TYPE_CHECKING

from engine.cli.shared_options import add_json_option
from engine.translation import tr

if TYPE_CHECKING:
    from engine.stories.doctor import Finding


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help=tr("show versions, packs, library, folders and decoders"),
        description=tr(
            "Shows what a bug report should include. Nothing leaves this computer: copy what"
            " you want to send."
        ),
        allow_abbrev=False,
    )
    add_json_option(parser)
    parser.set_defaults(run=run, reports_settings=True)


def run(arguments: argparse.Namespace) -> int:
    """Check this installation; return 2 when there are problems."""
    from engine.cli.terminal import print_json
    from engine.stories.doctor import examine

    findings = examine()
    if arguments.json:
        print_json({finding.name: finding.values for finding in findings})
    else:
        print(as_text(findings))
    return 2 if any(finding.problems for finding in findings) else 0


def as_text(findings: "tuple[Finding, ...]") -> str:
    """Return the findings as indented lines, with the problems at the end."""
    from engine.cli.terminal import plain

    lines = []
    for finding in findings:
        lines.append(finding.title)
        width = max((len(name) for name in finding.values), default=0)
        for name, value in finding.values.items():
            shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            lines.append(f"  {name:<{width}}  {plain(shown) or '-'}")
    problems = [problem for finding in findings for problem in finding.problems]
    if problems:
        lines += ["", tr("Problems:"), *(f"  {plain(problem)}" for problem in problems)]
    else:
        lines += ["", tr("No problems found.")]
    return "\n".join(lines)
