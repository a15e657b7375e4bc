"""The axes of a picture's wants: what music it asks for, as named numbers from -1 to 1.

A picture, a sentence and a user all speak about these axes, and a track has a value on each, so
that their agreement is a dot product and every part of it can be said in words.
"""

from typing import Final

WANTED_GENRES: Final = (
    "hip-hop",
    "jazz",
    "classical",
    "reggae",
    "pop",
    "metal",
    "ambient",
    "electronic",
    "cinematic",
    "folk",
    "corporate",
    "funk",
    "lo-fi",
    "synthwave",
)
# Taste is a distribution over the first ten; any other genre counts as the nearest of them.
TASTE_GENRES: Final = WANTED_GENRES[:10]
NEAREST_TASTE_GENRE: Final = {
    "corporate": "pop",
    "funk": "pop",
    "lo-fi": "hip-hop",
    "synthwave": "electronic",
}
WANTED_MOODS: Final = (
    "happy",
    "sad",
    "calm",
    "energetic",
    "tense",
    "tender",
    "dark",
    "epic",
    "dreamy",
    "playful",
)
# 1 wanted, 0 indifferent, -1 avoided; valence and arousal from low (-1) to high (1).
AXES: Final = (*WANTED_GENRES, *WANTED_MOODS, "valence", "arousal")
N_AXES: Final = len(AXES)
"""Length of a vector of wants: 26."""
