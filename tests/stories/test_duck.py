"""Ducking as in the settings."""

from engine.arrangement.segments import Segment
from engine.settings import Settings
from engine.sound.clip_sound import ClipSound
from engine.stories.duck import with_ducking
from tests.arrangements import arranged

PLAIN = arranged(Segment(0.0, 0.0, 12.0))
SPOKEN = ClipSound(((1.0, 3.0),), speech_lufs=-22.0, loudness_lufs=-24.0)


def test_the_settings_decide() -> None:
    plain = with_ducking(PLAIN, SPOKEN, Settings()).ducking
    assert plain is not None
    more = Settings(speech_above_lu=15.0, duck_attack_s=0.1, duck_release_s=2.0)
    deeper = with_ducking(PLAIN, SPOKEN, more).ducking
    assert deeper is not None
    assert deeper.depth_db == plain.depth_db + 5
    assert (deeper.attack_s, deeper.release_s) == (0.1, 2.0)
    assert with_ducking(PLAIN, SPOKEN, Settings(duck_speech=False)).ducking is None


def test_ducking_of_before_goes_where_nobody_speaks() -> None:
    arrangement = with_ducking(PLAIN, SPOKEN, Settings())
    assert with_ducking(arrangement, ClipSound(), Settings()).ducking is None
