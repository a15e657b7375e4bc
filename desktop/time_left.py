"""How long a task still takes, in words."""

from engine.translation import tr, trn

_MINUTE_S, _HOUR_S = 60, 3600


def time_left_words(seconds: float) -> str:
    """Return a time in words, rounded as an estimate deserves."""
    if seconds < _MINUTE_S:
        return tr("less than a minute left")
    minutes = round(seconds / _MINUTE_S)
    if seconds < _HOUR_S:
        return trn("about {n} minute left", "about {n} minutes left", minutes).format(n=minutes)
    hours, minutes = divmod(5 * round(seconds / _MINUTE_S / 5), 60)
    return tr("about {hours} h {minutes} min left").format(hours=hours, minutes=minutes)
