"""What a change of an arrangement is called, for undo and redo."""

from dataclasses import replace

from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.translation import tr

# Times that are solved again may differ by rounding.
_SAME_TIME_S = 1e-3


def title_of(before: Arrangement | None, after: Arrangement) -> str:
    """Return the title of the change from one arrangement to another, translated."""
    if before is None:
        return tr("Add music")
    if before.part != after.part:
        return tr("Clear in and out") if after.part is None else tr("Set in and out")
    if _tracks(before) != _tracks(after):
        return _title_of_other_items(before, after)
    changed = [(old, new) for old, new in zip(before.items, after.items, strict=True) if old != new]
    if changed and before.target_lufs == after.target_lufs:
        return _title_of_item(before, *changed[0])
    return _title_of_rest(before, after)


def _tracks(arrangement: Arrangement) -> list[object]:
    return [item.track.path for item in arrangement.items]


def _title_of_other_items(before: Arrangement, after: Arrangement) -> str:
    n_before, n_after = len(before.items), len(after.items)
    if n_after < n_before:
        return tr("Remove music")
    if n_after == n_before:
        return tr("Change track")
    return tr("Split music") if set(_tracks(before)) == set(_tracks(after)) else tr("Add music")


def _title_of_item(before: Arrangement, old: MusicItem, new: MusicItem) -> str:
    # The loudness of the part that plays follows from where it is.
    old = replace(old, match_gain_db=new.match_gain_db)
    if old == replace(new, muted=old.muted):
        return tr("Mute music") if new.muted else tr("Unmute music")
    if old == replace(new, gain_db=old.gain_db):
        return tr("Change levels")
    if old == replace(new, fade_in_s=old.fade_in_s, fade_out_s=old.fade_out_s):
        return tr("Change fades")
    starts_same = old.start_frame == new.start_frame
    old_end_s = before.start_s(old) + old.duration_s
    ends_same = abs(old_end_s - before.start_s(new) - new.duration_s) < _SAME_TIME_S
    if not starts_same and not ends_same:
        return tr("Move music")
    if not starts_same or not ends_same:
        return tr("Trim music")
    if abs(old.track_start_s - new.track_start_s) > _SAME_TIME_S:
        return tr("Slip music")
    return tr("Move splice")


def _title_of_rest(before: Arrangement, after: Arrangement) -> str:
    if before.target_lufs != after.target_lufs:
        return tr("Change loudness")
    if before.markers != after.markers:
        n_more = len(after.markers) - len(before.markers)
        if n_more:
            return tr("Add marker") if n_more > 0 else tr("Remove marker")
        return tr("Change marker")
    if before.volume != after.volume:
        return tr("Change volume")
    if _levels(before) == _levels(after):
        return tr("Change ducking")
    return tr("Change levels")


def _levels(arrangement: Arrangement) -> tuple[float, float]:
    return arrangement.music_gain_db, arrangement.clip_gain_db
