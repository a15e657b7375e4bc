"""A system with its own settings, and the configuration that all systems share."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import System, benchmark_config
from engine.training.systems.parts import without_parts

MakeSystem = Callable[..., System]
"""Makes a system by its name, with fields of it as keywords."""


def configured(
    make: MakeSystem, name: str, settings: Mapping[str, Any], changes: Mapping[str, Any], seed: int
) -> tuple[System, TrainingConfig]:
    """Return a system and the configuration that it is fitted with.

    Args:
        make: makes the system.
        name: of the system.
        settings: fields of the system that differ from its defaults; what isn't a field of the
            system is one of the configuration, for this system alone.
        changes: fields of the shared configuration that differ from `benchmark_config`.
        seed: of the fit.
    """
    own, shared = split_settings(make(name), settings)
    return make(name, **own), benchmark_config(**{**changes, **shared, "seed": seed})


def split_settings(
    system: System, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings that are the system's own fields, and those of the configuration."""
    itself = without_parts(system)
    own = {name: value for name, value in settings.items() if hasattr(itself, name)}
    return own, {name: value for name, value in settings.items() if name not in own}
