"""What the clip's own sound is."""

from dataclasses import dataclass, replace

from engine.translation import tr

VERSION = "sound-2"
# At how many tags, of MagnaTagATune's fifty, a sound counts as music: a network that knows only
# music says little about other sounds. See tests/benchmarks/clip_music.py.
MUSIC_FROM_TAGS = 1.9
# As loudness is measured: silence.
_SILENCE_LUFS = -70.0


@dataclass(frozen=True, slots=True)
class ClipSound:
    """The clip's own sound.

    Attributes:
        speech_s: where somebody speaks: (start, end) in seconds, by time, without overlaps.
        speech_lufs: loudness there, by EBU R128; -70 where nobody speaks.
        loudness_lufs: of all of it.
        n_tags: how many of MagnaTagATune's tags it has: the sum of their probabilities; 0 for
            steady noise.
    """

    speech_s: tuple[tuple[float, float], ...] = ()
    speech_lufs: float = _SILENCE_LUFS
    loudness_lufs: float = _SILENCE_LUFS
    n_tags: float = 0.0

    @property
    def has_speech(self) -> bool:
        """Whether somebody speaks."""
        return bool(self.speech_s)

    @property
    def has_music(self) -> bool:
        """Whether music seems to play in it already."""
        return self.n_tags >= MUSIC_FROM_TAGS and self.loudness_lufs > _SILENCE_LUFS

    def part(self, start_s: float, end_s: float) -> "ClipSound":
        """Return the sound of a part of the clip; its levels are those of the whole."""
        spans = (
            (max(first_s, start_s) - start_s, min(last_s, end_s) - start_s)
            for first_s, last_s in self.speech_s
        )
        return replace(self, speech_s=tuple(span for span in spans if span[0] < span[1]))


def music_warning() -> str:
    """Return the sentence for a clip whose own sound holds music."""
    return tr("The clip's own sound seems to hold music already: mute it, or mix both.")
