"""Which instruments a score is for, by the names that wishes in words can ask for."""

from composer.score import Part, Score, Voice

# By General MIDI program, counted from 0.
_PROGRAMS = {
    **dict.fromkeys(range(0, 4), "piano"),
    **dict.fromkeys(range(4, 6), "electric piano"),
    6: "harpsichord",
    **dict.fromkeys((8, 9, 10, 14), "bells"),
    11: "vibraphone",
    **dict.fromkeys((12, 13), "marimba"),
    **dict.fromkeys(range(16, 21), "organ"),
    21: "accordion",
    22: "harmonica",
    **dict.fromkeys((24, 25), "guitar"),
    **dict.fromkeys(range(26, 32), "electric guitar"),
    **dict.fromkeys(range(32, 40), "bass"),
    40: "violin",
    41: "viola",
    42: "cello",
    **dict.fromkeys((44, 45, 48, 49), "strings"),
    46: "harp",
    47: "timpani",
    **dict.fromkeys((52, 53), "choir"),
    **dict.fromkeys((56, 59), "trumpet"),
    57: "trombone",
    58: "tuba",
    60: "horn",
    61: "brass",
    **dict.fromkeys(range(64, 68), "saxophone"),
    68: "oboe",
    70: "bassoon",
    71: "clarinet",
    **dict.fromkeys((72, 73, 74), "flute"),
    78: "whistle",
    105: "banjo",
    109: "bagpipe",
    110: "fiddle",
    **dict.fromkeys((115, 116), "drums"),
}
# By soundfont bank, where it makes another instrument of a program.
_BANKS = {
    (25, 8): "guitar",  # twelve strings
    (24, 8): "ukulele",
    (25, 16): "mandolin",
    (21, 8): "accordion",
    (48, 20): "violin", (48, 25): "violin", (48, 30): "viola", (48, 40): "cello",
    (49, 20): "violin", (49, 25): "violin", (49, 30): "viola", (49, 40): "cello",
}  # fmt: skip
# Patches of the synthesizer that stand for an instrument; noises aren't instruments.
_PATCHES = {
    **dict.fromkeys(("rhodes", "wurlitzer", "dx_piano"), "electric piano"),
    **dict.fromkeys(("clavinet", "wah_clavinet"), "clavinet"),
    **dict.fromkeys(("bubble_organ", "organ_stab", "organ_pad"), "organ"),
    **dict.fromkeys(("bell", "glass_bell"), "bells"),
    "kalimba": "kalimba",
    "mallet": "marimba",
    "melodica": "melodica",
    "choir_pad": "choir",
    "brass": "brass",
    "string_machine": "strings",
    "toy_pluck": "bells",
    **dict.fromkeys(("chop_ah", "chop_hey", "chop_oh", "syllables", "vowel_lead"), "vocals"),
}
_NOISES = frozenset({
    "bowed_metal", "deep_rumble", "downlifter", "haze", "heartbeat", "impact", "rain",
    "reverse_swell", "riser", "sparks", "tone_riser", "waves", "wind",
})  # fmt: skip


def instruments(score: Score) -> list[str]:
    """Return the instruments of a score in alphabetical order, each once."""
    names = {name for part in score.parts if part.notes for name in _instruments_of(part)}
    return sorted(names)


def _instruments_of(part: Part) -> list[str]:
    names = [] if (name := _instrument(part.voice)) is None else [name]
    if "bass" in (part.role, part.name):
        names.append("bass")
    return names


def _instrument(voice: Voice) -> str | None:
    if voice.is_drums:
        return "drums"
    if voice.engine == "synth":
        return None if voice.name in _NOISES else _PATCHES.get(voice.name, "synthesizer")
    return _BANKS.get((voice.program, voice.bank)) or _PROGRAMS[voice.program]
