"""How far the music goes down where somebody speaks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.arrangement.automation import MAX_DEPTH_DB, Ducking, Span
from engine.arrangement.gains import TARGET_LUFS

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement
    from engine.sound.clip_sound import ClipSound

# A track may be so much louder under the speech than it is on average.
_MARGIN_LU = 3.0


@dataclass(frozen=True, slots=True)
class DuckingWish:
    """What ducking should reach.

    Attributes:
        above_lu: by how much speech is louder than the music under it, at least.
        attack_s, release_s: see `Ducking`.
    """

    above_lu: float = 10.0
    attack_s: float = 0.3
    release_s: float = 0.8


def ducked(arrangement: "Arrangement", sound: "ClipSound", wish: DuckingWish) -> Ducking | None:
    """Return the ducking that lets speech in the clip stand out from the music.

    Args:
        arrangement: with the levels of the sliders; its tracks are as loud as `target_lufs`.
        sound: of the clip.
        wish: what to reach.

    Returns:
        None where nobody speaks, or speech is loud enough without.
    """
    if not sound.has_speech:
        return None
    target_lufs = arrangement.target_lufs
    music_lufs = TARGET_LUFS if target_lufs is None else target_lufs
    speech_lufs = sound.speech_lufs + arrangement.clip_gain_db
    depth_db = music_lufs + arrangement.music_gain_db + wish.above_lu + _MARGIN_LU - speech_lufs
    if depth_db <= 0:
        return None
    spans = tuple(Span(start_s, end_s) for start_s, end_s in sound.speech_s)
    return Ducking(spans, min(depth_db, MAX_DEPTH_DB), wish.attack_s, wish.release_s)
