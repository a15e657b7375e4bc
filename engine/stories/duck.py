"""STORY: an arrangement and the clip's sound → the arrangement with ducking, as in the settings."""

from dataclasses import replace

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.ducking import ducked, wish_in
from engine.settings import Settings, load_settings
from engine.sound.clip_sound import ClipSound


def with_ducking(
    arrangement: Arrangement, sound: ClipSound, settings: Settings | None = None
) -> Arrangement:
    """Return the arrangement with the music lowered where somebody speaks in the clip.

    Args:
        arrangement: with the levels of the sliders.
        sound: of its clip.
        settings: None for those that are saved.
    """
    settings = settings or load_settings()
    if not settings.duck_speech:
        return replace(arrangement, ducking=None)
    return replace(arrangement, ducking=ducked(arrangement, sound, wish_in(settings)))
