"""How far the music goes down where somebody speaks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.arrangement.automation import MAX_DEPTH_DB, Ducking, Span
from engine.arrangement.gains import MUTED_DB, TARGET_LUFS

if TYPE_CHECKING:
    from engine.arrangement.arrangement import Arrangement
    from engine.settings import Settings
    from engine.sound.clip_sound import ClipSound

# A track may be so much louder under the speech than it is on average.
_MARGIN_LU = 3.0
# Music that goes down further can hardly be heard.
_AUDIBLE_DB = 24.0
# Of levels in dB, so that a depth comes back the same from a wish.
_DECIMALS = 2


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


def wish_in(settings: "Settings") -> DuckingWish:
    """Return what ducking should reach by the settings, where it is on."""
    return DuckingWish(settings.speech_above_lu, settings.duck_attack_s, settings.duck_release_s)


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
    depth_db = round(_needed_db(arrangement, sound) + wish.above_lu, _DECIMALS)
    if depth_db <= 0:
        return None
    spans = tuple(Span(start_s, end_s) for start_s, end_s in sound.speech_s)
    return Ducking(spans, min(depth_db, MAX_DEPTH_DB), wish.attack_s, wish.release_s)


def wish_of(
    arrangement: "Arrangement", sound: "ClipSound", usual: DuckingWish | None
) -> DuckingWish | None:
    """Return what the ducking of an arrangement reaches, the inverse of `ducked`.

    Args:
        arrangement: with the levels that its ducking was made for.
        sound: of the clip.
        usual: what is wanted as long as the arrangement doesn't tell.

    Returns:
        None where the user wants no ducking.
    """
    ducking = arrangement.ducking
    if ducking is None:
        needed = usual is not None and ducked(arrangement, sound, usual) is not None
        return None if needed else usual
    if ducking.depth_db >= MAX_DEPTH_DB:
        above_lu = DuckingWish().above_lu if usual is None else usual.above_lu
    else:
        above_lu = round(ducking.depth_db - _needed_db(arrangement, sound), _DECIMALS)
    return DuckingWish(above_lu, ducking.attack_s, ducking.release_s)


def clip_gain_for_audible_music(arrangement: "Arrangement") -> float | None:
    """Return the clip's level at which the music is still heard under quiet speech.

    Args:
        arrangement: with the ducking for its levels.

    Returns:
        In dB; None where the music is audible as it is, or no speech plays.
    """
    ducking, clip_gain_db = arrangement.ducking, arrangement.clip_gain_db
    if ducking is None or clip_gain_db <= MUTED_DB or ducking.depth_db <= _AUDIBLE_DB:
        return None
    return round(clip_gain_db + ducking.depth_db - _AUDIBLE_DB, _DECIMALS)


def _needed_db(arrangement: "Arrangement", sound: "ClipSound") -> float:
    """Return how far the music must go down to be as loud as the speech."""
    target_lufs, clip_gain_db = arrangement.target_lufs, arrangement.clip_gain_db
    music_lufs = TARGET_LUFS if target_lufs is None else target_lufs
    if clip_gain_db <= MUTED_DB:
        # No speech plays; this is for when the clip's sound is back.
        clip_gain_db = 0.0
    speech_lufs = sound.speech_lufs + clip_gain_db
    return music_lufs + arrangement.music_gain_db + _MARGIN_LU - speech_lufs
