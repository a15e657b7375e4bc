"""The systems by name, with or without parts.

Each module is loaded when one of its systems is asked for.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from engine.errors import InputError
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import System, benchmark_config
from engine.training.systems.parts import PARTS, SEPARATOR, SystemWithParts
from engine.translation import tr


def _lazily(module: str, factory: str, **settings: Any) -> Callable[..., System]:
    def make(**changes: Any) -> System:
        loaded = import_module(f"engine.training.systems.{module}")
        system: System = getattr(loaded, factory)(**{**settings, **changes})
        return system

    return make


def _guarded(name: str, module: str, factory: str) -> Callable[..., System]:
    def make(**changes: Any) -> System:
        base = _lazily(module, factory, name=name)()
        return _lazily("guarded", "Guarded", base=base, name=name)(**changes)

    return make


SHIPPED = "shipped"


# In the order of the table: without debiasing, debiased, ours, floors and ceilings.
SYSTEMS: dict[str, Callable[..., System]] = {
    "cevar": _lazily("cevar", "Cevar"),
    "cbvmr": _lazily("cbvmr", "Cbvmr"),
    "dscmr": _lazily("dscmr", "Dscmr"),
    "uwml": _lazily("uwml", "Uwml"),
    "dualvae": _lazily("dualvae", "DualVae"),
    "cmvae": _lazily("cmvae", "Cmvae"),
    "yuyin": _lazily("yuyin", "YuYin"),
    "ips": _lazily("ips", "Ips"),
    "du": _lazily("du", "Du"),
    "calibration": _lazily("calibration", "Calibration"),
    "decrs": _lazily("decrs", "DecRS"),
    # The student beside the teacher with each operator, and nothing else.
    "debcm-paper": _lazily("debcm", "DebCM", name="debcm-paper", operator="paper"),
    "debcm-residual": _lazily("debcm", "DebCM", name="debcm-residual", operator="residual"),
    "debcm-none": _lazily("debcm", "DebCM", name="debcm-none", operator="none"),
    "debcm-interaction": _lazily("debcm", "DebCM", name="debcm-interaction"),
    # Another name of debcm-interaction+within+erasure: all parts.
    "debcm": _lazily("debcm", "DebCM"),
    # Within, with erasure and professionals' pairs as far as held-out pairs say that they help.
    "cmvae-guarded": _guarded("cmvae-guarded", "cmvae", "Cmvae"),
    "debcm-guarded": _guarded("debcm-guarded", "debcm", "DebCM"),
    # The recipe of the bundled pack, with a configuration of its own.
    SHIPPED: _lazily(
        "debcm", "DebCM", name=SHIPPED, needs_pgc=True, teacher_weight=None, pgc_weight=None
    ),
    "teacher": _lazily("teacher_alone", "Teacher"),
    "cca": _lazily("cca", "LinearCca"),
    "popularity": _lazily("popularity", "Popularity"),
    "random": _lazily("random", "Random"),
}
TEXT_SYSTEMS: dict[str, Callable[..., System]] = {
    "cmvae-text": _lazily("cmvae", "Cmvae", name="cmvae-text", use_text=True),
}
"""What needs the uploaders' texts, as a table's column `text` gives them; "all" leaves it out."""
ENCODERS = (
    *("cevar", "cbvmr", "uwml", "dualvae", "cmvae", "ips"),
    *("debcm-none", "debcm-interaction", "debcm", "cmvae-guarded", "debcm-guarded"),
    *(SHIPPED, "teacher"),
)
"""Systems that rank by two encoders and a dot product alone: they can be exported."""
DEFAULT_SYSTEM = "cmvae-guarded"
"""Ours: the simplest of those that are good in every world.

Decided by a rule that was written down before its worlds were run (all of `WORLDS`, seeds 20 to
22; `python -m tests.benchmarks.default_choice`). `cmvae+within+erasure` is what it chooses where
professionals' pairs are good and content doesn't follow taste; without such pairs it is the same.
"""
_PARTS_OF: dict[str, tuple[str, ...]] = {
    "debcm": ("within", "erasure"),
    "cmvae-guarded": ("within",),
    "debcm-guarded": ("within",),
}
"""Parts that belong to a system's own name."""
_TAKES: dict[str, tuple[str, ...]] = {
    "debcm": (),
    "cmvae-guarded": (),
    "debcm-guarded": (),
    # It starts from random weights.
    SHIPPED: ("erasure",),
    # What professionals choose carries no taste, so that there is nothing to correlate within.
    "teacher": ("scratch", "erasure"),
    "cca": ("within", "erasure"),
    "popularity": (),
    "random": (),
}
"""Parts that a system can be given; all, if it isn't listed."""


def make_system(name: str, **settings: Any) -> System:
    """Return the system of that name.

    Args:
        name: a key of `SYSTEMS` or `TEXT_SYSTEMS`, with any of `PARTS` that it takes:
            "cmvae+within+erasure".
        settings: fields of the system that differ from its defaults.

    Raises:
        InputError: when there is no such system, or it doesn't take such parts.
    """
    require_system(name)
    base, *given = name.split(SEPARATOR)
    parts = (*_PARTS_OF.get(base, ()), *given)
    system = {**SYSTEMS, **TEXT_SYSTEMS}[base](
        **({"name": name, **settings} if given else settings)
    )
    return SystemWithParts(system, parts) if parts else system


def configuration(name: str, **defaults: Any) -> TrainingConfig:
    """Return the settings that a system is fitted with unless others are asked for.

    Args:
        name: as for `make_system`.
        defaults: of the data, for systems that have no configuration of their own.
    """
    if name.split(SEPARATOR)[0] == SHIPPED:
        return TrainingConfig()
    return benchmark_config(**defaults)


def require_system(name: str) -> None:
    """Check that a name is one that `make_system` knows.

    Args:
        name: of a system, perhaps with parts.

    Raises:
        InputError: when it isn't.
    """
    base, *given = name.split(SEPARATOR)
    systems = (*SYSTEMS, *TEXT_SYSTEMS)
    if base not in systems:
        raise InputError(
            tr("There is no system called {name}.").format(name=base),
            remedy=tr("Choose from {names}.").format(names=", ".join(systems)),
        )
    possible = parts_of(base)
    if not set(given) <= set(possible):
        raise InputError(
            tr("The system {name} doesn't take the part {part}.").format(
                name=base, part=next(part for part in given if part not in possible)
            ),
            remedy=tr("Choose from {names}.").format(names=", ".join(possible))
            if possible
            else tr("Leave it out."),
        )
    ordered = [part for part in possible if part in given]
    if given != ordered or {"scratch", "within"} <= set(given):
        usual = [part for part in ordered if part != "scratch" or "within" not in given]
        raise InputError(
            tr("A system can't be called {name}.").format(name=name),
            remedy=tr("Write {name}.").format(name=SEPARATOR.join([base, *usual])),
        )


def require_encoders(name: str) -> None:
    """Check that a system is one that can be exported, before it is fitted.

    Raises:
        InputError: when there is no such system, or it ranks by more than two encoders.
    """
    require_system(name)
    if not has_encoders(name):
        raise InputError(
            tr("The system {name} ranks by more than two encoders, so it can't be saved.").format(
                name=name
            ),
            remedy=tr("Choose from {names}.").format(names=", ".join(ENCODERS)),
        )


def has_encoders(name: str) -> bool:
    """Return whether a system, with parts or without, ranks by two encoders alone."""
    return name.split(SEPARATOR)[0] in ENCODERS


def parts_of(base: str) -> tuple[str, ...]:
    """Return the parts that a system of `SYSTEMS` can be given, in the order of its name."""
    return _TAKES.get(base, tuple(PARTS))
