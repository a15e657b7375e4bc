"""Kills commands at random moments: nothing corrupt, nothing acknowledged lost, no litter.

    python -m tests.robustness.kills --state DIR [--n 2000] [--hours 2] [--seed 1] [--only NAMES]

Half of the kills are at a random time, half at a random one of the calls that change files. It
resumes from DIR/kills.jsonl; the last line printed is the summary. `--only` names scenarios, with
commas between.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial

from tests.robustness.checks import (
    Record,
    References,
    print_problems,
    problems_after,
    series_of,
    series_parser,
    set_up,
)
from tests.robustness.commands import Fault
from tests.robustness.world import SCENARIOS, Scenario


def kill(
    references: References, chance: random.Random, scenarios: Sequence[Scenario] = SCENARIOS
) -> Record:
    """Kill one command, and check the world after it."""
    (scenario,) = chance.choices(scenarios, [each.weight for each in scenarios])
    reference = references.of(scenario)
    world = set_up(references.state, scenario)
    arguments, commands = scenario.arguments(world), references.commands
    if chance.random() < 0.5:
        moment: float = chance.uniform(0, 1.05 * reference.wall_s)
        running = commands.start(arguments, world.home, temporary=world.temporary)
        time.sleep(moment)
        running.kill()
    else:
        moment = chance.randint(1, max(1, reference.n_calls))
        fault = Fault(world.root, int(moment))
        running = commands.start(arguments, world.home, fault, world.temporary)
    ended = running.wait()
    problems = problems_after(world, scenario, reference, ended, commands)
    return {
        "scenario": scenario.name,
        "moment": round(moment, 4),
        "code": ended.code,
        "problems": problems,
    }


def summary(records: Sequence[Record]) -> str:
    """Return the figures in one line."""
    n_killed = sum(record["code"] < 0 for record in records)
    n_wrong = sum(bool(record["problems"]) for record in records)
    by_scenario = dict(Counter(record["scenario"] for record in records if record["code"] < 0))
    return f"{len(records)} runs, {n_killed} killed, {n_wrong} with problems; {by_scenario}"


def main() -> int:
    """Run the series and print the summary; return 1 when there are problems."""
    parser = series_parser(2000, __doc__)
    parser.add_argument("--only", default="", metavar="NAMES")
    given = parser.parse_args()
    names = set(given.only.split(",")) if given.only else {each.name for each in SCENARIOS}
    chosen = [each for each in SCENARIOS if each.name in names]
    found = series_of("kills", given).run(partial(kill, scenarios=chosen))
    code = print_problems(found)
    print(summary(found))
    return code


if __name__ == "__main__":
    sys.exit(main())
