"""Short names for what the genre files use most: General MIDI programs, voices and strips."""

from composer.score import Effect, Strip, Voice

PIANO = 0
BRIGHT_PIANO = 1
HARPSICHORD = 6
CELESTA = 8
GLOCKENSPIEL = 9
VIBRAPHONE = 11
MARIMBA = 12
TUBULAR_BELLS = 14
DRAWBAR_ORGAN = 16
PERCUSSIVE_ORGAN = 17
ROCK_ORGAN = 18
ACCORDION = 21
NYLON_GUITAR = 24
STEEL_GUITAR = 25
JAZZ_GUITAR = 26
CLEAN_GUITAR = 27
MUTED_GUITAR = 28
OVERDRIVEN_GUITAR = 29
ACOUSTIC_BASS = 32
FINGERED_BASS = 33
PICKED_BASS = 34
FRETLESS_BASS = 35
SLAP_BASS = 36
VIOLIN = 40
VIOLA = 41
CELLO = 42
TREMOLO_STRINGS = 44
PIZZICATO = 45
HARP = 46
TIMPANI = 47
STRINGS = 48
CHOIR = 52
VOICES = 53
TRUMPET = 56
TROMBONE = 57
TUBA = 58
MUTED_TRUMPET = 59
HORN = 60
BRASS = 61
SOPRANO_SAX = 64
ALTO_SAX = 65
TENOR_SAX = 66
OBOE = 68
BASSOON = 70
CLARINET = 71
PICCOLO = 72
FLUTE = 73
RECORDER = 74
WHISTLE = 78
BANJO = 105
FIDDLE = 110
TAIKO = 116

JAZZ_KIT = 32
BRUSH_KIT = 40
ORCHESTRA_KIT = 48
STANDARD_KIT = 0


def fluid(program: int) -> Voice:
    """An instrument of FluidR3 GM."""
    return Voice("fluid", program=program)


def musescore(program: int) -> Voice:
    """An instrument of MuseScore General."""
    return Voice("musescore", program=program)


# MuseScore General has each section of the orchestra's strings in a bank of its own.
_STRING_BANKS = {"violins": 20, "seconds": 25, "violas": 30, "celli": 40, "basses": 50}
_BOWINGS = {"tremolo": 44, "pizzicato": 45, "fast": 48, "slow": 49}


def strings(section: str, bowing: str = "fast") -> Voice:
    """A string section: "violins", "seconds", "violas", "celli" or "basses".

    Args:
        bowing: "fast", "slow", "tremolo" or "pizzicato".
    """
    return Voice("musescore", program=_BOWINGS[bowing], bank=_STRING_BANKS[section])


def kit(program: int) -> Voice:
    """A drum kit of FluidR3 GM."""
    return Voice("fluid", "drums", program)


def hits(name: str) -> Voice:
    """A kit of sampled hits."""
    return Voice("hits", name)


def synth(name: str) -> Voice:
    """A patch of our own synthesiser."""
    return Voice("synth", name)


def strip(
    gain_db: float = 0.0,
    pan: float = 0.0,
    reverb: float = 0.15,
    *effects: Effect,
    duck_db: float = 0.0,
) -> Strip:
    """A channel strip; its effects come last."""
    return Strip(gain_db, pan, reverb, duck_db, effects)
