"""Runs two to four commands at once on one library: no wrong rows, no unclear messages.

    python -m tests.robustness.races --state DIR [--n 500] [--hours 2] [--seed 1]

After each round the library must be whole, each track must belong to the folder that it is in, and
a rescan must find exactly the files that are there. It resumes from DIR/races.jsonl.
"""

import os
import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.robustness.checks import (
    UNCLEAR,
    Record,
    References,
    print_problems,
    series_from_command_line,
    set_up,
)
from tests.robustness.commands import Ended
from tests.robustness.world import SCENARIOS, World, faults_of, litter

_ALONE = ("migration", "add new", "export", "batch", "compare packs", "train")
_COMMANDS = tuple(each for each in SCENARIOS if each.name not in _ALONE)
_WEIGHTS = [1.0 if "pack" in each.name or "install" in each.name else 2.0 for each in _COMMANDS]
# Sentences that say that another command was faster.
_EXPECTED = (
    "isn't in the library",
    "No track in your library has the number",
    "is installed, this is version",
    "another pack with the id",
    "this pack is in use already",
    "No other matching pack was in use before",
    "Another matching pack was chosen meanwhile",
)


def race(references: References, chance: random.Random) -> Record:
    """Run some commands at once, and check the library after them."""
    chosen = chance.choices(_COMMANDS, _WEIGHTS, k=chance.randint(2, 4))
    prepared = next((each for each in chosen if each.name == "rescan"), chosen[0])
    world = set_up(references.state, prepared)
    running = []
    for scenario in chosen:
        arguments = scenario.arguments(world)
        running.append(references.commands.start(arguments, world.home, temporary=world.temporary))
        time.sleep(chance.choice((0.0, 0.0, chance.uniform(0, 0.3))))
    ended = [each.wait() for each in running]
    problems = [sentence for each in ended for sentence in _unclear(each)]
    problems += _wrong_rows(world) + faults_of(world.library)
    for arguments in (["start"], ["library", "rescan"]):
        after = references.commands.run(arguments, world.home, temporary=world.temporary)
        if after.code or any(word in after.err for word in UNCLEAR):
            problems.append(f"{arguments} ends with {after.code}: {after.err}")
    problems += _wrong_rows(world) + _other_files(world)
    problems += [f"left behind: {path}" for path in litter(world)]
    return {
        "commands": [each.name for each in chosen],
        "codes": [each.code for each in ended],
        "messages": sorted({line for each in ended for line in each.err.splitlines()}),
        "problems": problems,
    }


def _unclear(ended: Ended) -> list[str]:
    is_expected = ended.code == 2 and any(words in ended.err for words in _EXPECTED)
    if ended.code == 0 or is_expected:
        return [f"unclear: {ended.err}"] if any(w in ended.err for w in UNCLEAR) else []
    return [f"ends with {ended.code}: {ended.err[-500:]}"]


def _wrong_rows(world: World) -> list[str]:
    """Return tracks that aren't in their folder, or are in a nearer one."""
    found = []
    with closing(sqlite3.connect(world.library)) as connection:
        folders = {
            row[0]: Path(os.fsdecode(row[1]))
            for row in connection.execute("SELECT id, path FROM folders")
        }
        for raw, folder_id in connection.execute("SELECT path, folder_id FROM tracks"):
            path = Path(os.fsdecode(raw))
            above = [each for each in folders.values() if each in path.parents]
            if not above or folders.get(folder_id) != max(above, key=lambda p: len(p.parts)):
                found.append(f"{path} is of the folder {folders.get(folder_id)}")
    return found


def _other_files(world: World) -> list[str]:
    """Return what the library has in other numbers than the folders, after a rescan."""
    with closing(sqlite3.connect(world.library)) as connection:
        folders = [
            Path(os.fsdecode(row[0])) for row in connection.execute("SELECT path FROM folders")
        ]
        excluded = {os.fsdecode(row[0]) for row in connection.execute("SELECT path FROM excluded")}
        ready = {
            os.fsdecode(row[0])
            for row in connection.execute("SELECT path FROM tracks WHERE state = 'ready'")
        }
    there = {str(path) for folder in folders for path in folder.rglob("*.wav")} - excluded
    found = [f"not in the library: {path}" for path in sorted(there - ready)]
    return found + [f"ready, but not there: {path}" for path in sorted(ready - there)]


def summary(records: Sequence[Record]) -> str:
    """Return the messages by number, and the figures in the last line."""
    messages = Counter(line for record in records for line in record["messages"])
    lines = [f"{n:5} {line}" for line, n in messages.most_common(40)]
    codes = dict(Counter(code for record in records for code in record["codes"]))
    n_wrong = sum(bool(record["problems"]) for record in records)
    return "\n".join([*lines, f"{len(records)} rounds, codes {codes}, {n_wrong} with problems"])


if __name__ == "__main__":
    found = series_from_command_line("races", 500, __doc__).run(race)
    code = print_problems(found)
    print(summary(found))
    sys.exit(code)
