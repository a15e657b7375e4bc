"""Lets calls that change files fail: nothing is lost, and each message is one clear sentence.

    python -m tests.robustness.faults --state DIR [--n 3000] [--hours 2] [--seed 1]

Each run lets one random call of one command (or all calls from there on, as on a full disk) fail
with ENOSPC, EIO, EROFS or EACCES, in the command and in its workers. It resumes from
DIR/faults.jsonl. Printed are all messages, to be read, and the summary.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Sequence

from tests.robustness.checks import (
    UNCLEAR,
    Record,
    References,
    print_problems,
    problems_after,
    series_from_command_line,
    set_up,
)
from tests.robustness.commands import ERRORS, Ended, Fault
from tests.robustness.world import SCENARIOS, Scenario, World

_KINDS = "*" * 4 + "owsrud"


def fail(references: References, chance: random.Random) -> Record:
    """Let one command fail, and check the world after it."""
    (scenario,) = chance.choices(SCENARIOS, [each.weight for each in SCENARIOS])
    reference = references.of(scenario)
    world = set_up(references.state, scenario)
    kind = chance.choice(_KINDS)
    most = reference.n_calls if kind == "*" else max(2, reference.n_calls // 8)
    fault = Fault(
        world.root,
        chance.randint(1, max(1, most)),
        chance.choice(ERRORS),
        always=chance.random() < 0.5,
        kind=kind,
    )
    ended = references.commands.run(
        scenario.arguments(world), world.home, fault=fault, temporary=world.temporary
    )
    problems = _unclear(ended, scenario)
    problems += problems_after(world, scenario, reference, ended, references.commands)
    return {
        "scenario": scenario.name,
        "fault": [fault.kind, fault.n, fault.error, fault.always],
        "code": ended.code,
        "messages": _general(ended.err, world),
        "problems": problems,
    }


def _unclear(ended: Ended, scenario: Scenario) -> list[str]:
    if ended.code not in (0, *scenario.failures):
        return [f"ends with {ended.code}: {ended.err[-500:]}"]
    if ended.code and not ended.err.strip():
        return ["fails without a message"]
    return [f"unclear: {ended.err[-500:]}"] if any(w in ended.err for w in UNCLEAR) else []


def _general(text: str, world: World) -> list[str]:
    """Return the lines without names that differ from run to run."""
    text = text.replace(str(world.root), "…")
    text = re.sub(r"\d{4}-\d\d-\d\dT\d{6}Z", "TIME", text)
    text = re.sub(r"\.soundbed-[0-9a-f]+", ".soundbed-X", text)
    return sorted(set(re.sub(r"[0-9a-f]{12,}", "HEX", text).splitlines()))


def summary(records: Sequence[Record]) -> str:
    """Return the messages by number, and the figures in the last line."""
    messages = Counter(line for record in records for line in record["messages"])
    lines = [f"{n:5} {line}" for line, n in messages.most_common()]
    codes = dict(Counter(record["code"] for record in records))
    n_wrong = sum(bool(record["problems"]) for record in records)
    return "\n".join([*lines, f"{len(records)} runs, codes {codes}, {n_wrong} with problems"])


if __name__ == "__main__":
    found = series_from_command_line("faults", 3000, __doc__).run(fail)
    code = print_problems(found)
    print(summary(found))
    sys.exit(code)
