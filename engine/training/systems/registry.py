"""The systems by name. Each module is loaded when one of its systems is asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from engine.errors import InputError
from engine.training.systems.contract import System
from engine.translation import tr


def _lazily(module: str, factory: str, **settings: Any) -> Callable[..., System]:
    def make(**changes: Any) -> System:
        loaded = import_module(f"engine.training.systems.{module}")
        system: System = getattr(loaded, factory)(**{**settings, **changes})
        return system

    return make


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
    # The operators alone; ours also erases taste from the picture.
    "debcm-paper": _lazily(
        "debcm", "DebCM", name="debcm-paper", operator="paper", erase_taste=False
    ),
    "debcm-residual": _lazily(
        "debcm", "DebCM", name="debcm-residual", operator="residual", erase_taste=False
    ),
    "debcm-interaction": _lazily("debcm", "DebCM", name="debcm-interaction", erase_taste=False),
    "debcm": _lazily("debcm", "DebCM"),
    "teacher": _lazily("teacher_alone", "Teacher"),
    "cca": _lazily("cca", "LinearCca"),
    "popularity": _lazily("popularity", "Popularity"),
    "random": _lazily("random", "Random"),
}


def make_system(name: str, **settings: Any) -> System:
    """Return the system of that name.

    Args:
        name: a key of `SYSTEMS`.
        settings: fields of the system that differ from its defaults.

    Raises:
        InputError: when there is no such system.
    """
    if name not in SYSTEMS:
        raise InputError(
            tr("There is no system called {name}.").format(name=name),
            remedy=tr("Choose from {names}.").format(names=", ".join(SYSTEMS)),
        )
    return SYSTEMS[name](**settings)
