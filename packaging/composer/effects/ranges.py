"""The ranges in which the settings of effects must lie."""

FREQUENCY_HZ = (10.0, 24_000.0)
GAIN_DB = (-48.0, 48.0)
SHARE = (0.0, 2.0)
SWAY_HZ = (0.01, 50.0)
TIME_S = (0.0001, 10.0)


def check_ranges(effect: object, **ranges: tuple[float, float]) -> None:
    """Check settings of an effect.

    Args:
        effect: whose attributes are checked.
        ranges: for each attribute its lowest and highest value.

    Raises:
        ValueError: naming the effect, the attribute and its range.
    """
    for name, (lowest, highest) in ranges.items():
        value = getattr(effect, name)
        if not lowest <= value <= highest:
            raise ValueError(
                f"{type(effect).__name__}: {name} must be between {lowest:g} and {highest:g}, "
                f"but is {value!r}"
            )
