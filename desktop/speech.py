"""What the user wants of the music where somebody speaks in the open clip."""

from dataclasses import replace

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.ducking import DuckingWish, ducked, wish_in, wish_of
from engine.settings import Settings
from engine.sound.clip_sound import ClipSound


class SpeechDucking:
    """Computes the ducking of each arrangement of a clip for its levels.

    What the user sets is how far speech stands above the music, and how fast the music follows.
    How deep the music goes down follows from that, and changes with loudness and levels.

    Attributes:
        wish: what ducking should reach; None for none.
        usual: what it reaches where it is turned on.
    """

    def __init__(self) -> None:
        self.wish: DuckingWish | None = None
        self.usual = DuckingWish()
        self._sound = ClipSound()

    def open_clip(self, sound: ClipSound, settings: Settings) -> None:
        """Begin with another clip, as in the settings."""
        self._sound = sound
        self.usual = wish_in(settings)
        self.wish = self.usual if settings.duck_speech else None

    def follow(self, arrangement: Arrangement) -> None:
        """Take over what an arrangement has, such as after undo."""
        self.wish = wish_of(arrangement, self._sound, self.wish)
        self.usual = self.wish or self.usual

    def applied_to(self, arrangement: Arrangement) -> Arrangement:
        """Return an arrangement with the ducking for its levels."""
        wish = self.wish
        ducking = None if wish is None else ducked(arrangement, self._sound, wish)
        return replace(arrangement, ducking=ducking)

    def kept_in(self, settings: Settings) -> Settings:
        """Return the settings with the wish as that of new clips."""
        return replace(
            settings,
            duck_speech=self.wish is not None,
            speech_above_lu=min(max(self.usual.above_lu, 0.0), 40.0),
            duck_attack_s=self.usual.attack_s,
            duck_release_s=self.usual.release_s,
        )
