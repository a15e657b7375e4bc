"""What must be true of the world after a command was killed, has failed or met others."""

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.robustness import training
from tests.robustness.commands import Commands, Ended, Fault, build_faults
from tests.robustness.world import (
    EXPORTED,
    IN_USE,
    OLD_FILE,
    Scenario,
    World,
    contents,
    faults_of,
    fresh,
    litter,
    make_base,
)

Record = dict[str, Any]

# Parts of sentences that no user can act on.
UNCLEAR = ("Traceback", "constraint", "is locked", "went wrong inside", "bug report", "Error:")


@dataclass
class Reference:
    """What a scenario does when nothing happens to it.

    Attributes:
        before, after: what a user would miss, see `contents`.
        wall_s: how long it takes.
        n_calls: how many calls change files in the main process.
    """

    before: list[str]
    after: list[str]
    wall_s: float
    n_calls: int


@dataclass
class References:
    """The references of all scenarios, kept in the state.

    Attributes:
        state: the folder.
        commands: runs them.
    """

    state: Path
    commands: Commands
    _known: dict[str, Reference] = field(default_factory=dict)

    def of(self, scenario: Scenario) -> Reference:
        """Return the reference of a scenario, made when it is first asked for."""
        path = self.state / "references" / f"{scenario.name}.json"
        if scenario.name not in self._known and path.exists():
            self._known[scenario.name] = Reference(**json.loads(path.read_text()))
        if scenario.name not in self._known:
            world = set_up(self.state, scenario)
            before = contents(world)
            ended = self.commands.run(
                scenario.arguments(world), world.home, fault=Fault(world.root),
                temporary=world.temporary,
            )  # fmt: skip
            if ended.code:
                raise RuntimeError(f"{scenario.name} ends with {ended.code}: {ended.err}")
            reference = Reference(before, contents(world), ended.wall_s, ended.n_calls)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(vars(reference)))
            self._known[scenario.name] = reference
        return self._known[scenario.name]


def set_up(state: Path, scenario: Scenario) -> World:
    """Make the world in which a scenario runs."""
    fresh(state)
    world = World(state / "run")
    scenario.prepare(world)
    return world


def problems_after(
    world: World, scenario: Scenario, reference: Reference, ended: Ended, commands: Commands
) -> list[str]:
    """Return what is wrong after a command was killed or has failed; empty when nothing is."""
    found = []
    start = commands.run(["start"], world.home, temporary=world.temporary)
    if start.code or start.err:
        found.append(f"the next start says {start.code}: {start.err}")
    found += faults_of(world.library)
    found += [f"left behind: {path}" for path in litter(world)]
    found += _lost(scenario, reference, contents(world), ended)
    found += _wrong_exports(world)
    again = commands.run(scenario.arguments(world), world.home, temporary=world.temporary)
    # What was removed before the command was killed can't be removed again.
    if again.code not in (0, *scenario.failures) or any(word in again.err for word in UNCLEAR):
        found.append(f"again it ends with {again.code}: {again.err}")
    final = contents(world)
    if final != reference.after:
        found.append(f"again it makes other rows: {_difference(reference.after, final)}")
    if again.code == 0:
        found += [f"left behind in the end: {path}" for path in litter(world)]
        found += [f"left behind in the end: {path}" for path in training.states(world.home)]
    return found


def _wrong_exports(world: World) -> list[str]:
    """Return what is wrong with the user's folder: each file there is the old or the new one."""
    found = []
    for name in (OLD_FILE, *EXPORTED):
        path = world.out / name
        if not path.exists():
            found.append(f"a file of the user's is gone: {name}")
        elif path.read_bytes() != b"mine" and (name == OLD_FILE or path.stat().st_size < 500):
            found.append(f"a file of the user's is cut off: {name}")
    return found


def _lost(scenario: Scenario, reference: Reference, now: Sequence[str], ended: Ended) -> list[str]:
    """Return the rows that are gone, and acknowledged changes that aren't there."""
    if ended.code == 0 and list(now) != reference.after:
        return [f"acknowledged, but not stored: {_difference(reference.after, now)}"]
    if scenario.name == "edits":
        said = ended.out.split()
        lost = [n for n in said if f"pick: ('edits', '{n}', '{n}')" not in now]
        lost += [n for n in said if not any(f"'edit {n}'" in row for row in now)]
        if lost:
            return [f"acknowledged edits are lost: {lost}"]
    if scenario.is_whole:
        whole = list(now) in (reference.before, reference.after)
        return [] if whole else [f"neither before nor after: {_difference(reference.after, now)}"]
    (in_use,) = (row for row in now if row.startswith(IN_USE))
    if in_use not in (*reference.before, *reference.after):
        return [f"neither the old nor the new pack is in use: {in_use}"]
    kept = [row for row in reference.before if not any(part in row for part in scenario.changes)]
    gone = [row for row in kept if row not in now]
    return [f"lost: {gone[:3]} of {len(gone)}"] if gone else []


def _difference(expected: Sequence[str], found: Sequence[str]) -> str:
    missing = [row for row in expected if row not in found]
    further = [row for row in found if row not in expected]
    return f"missing {missing[:2]} of {len(missing)}, further {further[:2]} of {len(further)}"


@dataclass(frozen=True)
class Series:
    """A series of seeded runs, whose records are kept in a folder and taken up where they end.

    Attributes:
        name: of the file of records.
        state: the folder.
        n: how many runs, those before included.
        seed: of the random choices.
        until: when to stop, by `time.monotonic`.
    """

    name: str
    state: Path
    n: int
    seed: int = 1
    until: float = float("inf")

    def run(self, act: Callable[[References, random.Random], Record]) -> list[Record]:
        """Act n times; return all records."""
        self.state.mkdir(parents=True, exist_ok=True)
        faults = build_faults(self.state)
        if faults is None:
            raise RuntimeError("faults.c can't be compiled here")
        if training.SKIPPED:
            print(training.SKIPPED)
        commands = Commands(self.state / "streams", faults)
        try:
            make_base(self.state, commands)
            references = References(self.state, commands)
            return self.resume(lambda number: act(references, self.chance(number)))
        finally:
            commands.close()

    def resume(self, act: Callable[[int], Record]) -> list[Record]:
        """Act with the numbers that have no record yet; return all records."""
        log = self.state / f"{self.name}.jsonl"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        records: list[Record] = [json.loads(line) for line in lines]
        while len(records) < self.n and time.monotonic() < self.until:
            record = act(len(records))
            records.append(record)
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
        return records

    def chance(self, number: int) -> random.Random:
        """Return the random choices of a run."""
        return random.Random(f"{self.seed}-{number}")


def series_from_command_line(name: str, n: int, description: str | None) -> Series:
    """Read --state, --n, --hours and --seed."""
    return series_of(name, series_parser(n, description).parse_args())


def series_parser(n: int, description: str | None) -> argparse.ArgumentParser:
    """Return a parser of --state, --n, --hours and --seed."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--n", type=int, default=n)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def series_of(name: str, given: argparse.Namespace) -> Series:
    """Return the series that a `series_parser` has read."""
    until = time.monotonic() + 3600 * given.hours
    return Series(name, given.state.absolute(), given.n, given.seed, until)


def print_problems(records: Sequence[Record]) -> int:
    """Print the records with problems; return 1 when there are any."""
    wrong = [record for record in records if record["problems"]]
    for record in wrong:
        print(json.dumps(record))
    return int(bool(wrong))
