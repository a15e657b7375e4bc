"""What the genre tags of music files mean: common names, and ID3v1 numbers, to our genres.

Only names that say which of the genres it is are listed: "Rock" or "World" could be many, so such
a tag stays a text that is shown and searched.
"""

import re
import unicodedata
from typing import Final

# fmt: off
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "hip-hop": (
        "hip hop", "hiphop", "rap", "trap", "boom bap", "drill", "grime", "gangsta rap", "gangsta",
        "christian gangsta rap", "alternative hip hop", "old school hip hop", "turntablism",
        "west coast rap", "east coast rap", "conscious hip hop", "deutschrap", "phonk", "crunk",
    ),
    "jazz": (
        "jazz", "swing", "bebop", "be bop", "hard bop", "cool jazz", "smooth jazz", "acid jazz",
        "big band", "dixieland", "ragtime", "bossa nova", "latin jazz", "vocal jazz", "gypsy jazz",
        "fast fusion", "fusion jazz", "jazz fusion", "jazz vocal", "cocktail jazz", "lounge jazz",
    ),
    "classical": (
        "classical", "klassik", "classique", "clasica", "classica", "baroque", "romantic classical",
        "opera", "symphony", "chamber music", "chamber", "sonata", "orchestral", "orchestra",
        "classical crossover", "modern classical", "neoclassical", "contemporary classical",
        "choral", "chorus", "string quartet", "piano solo", "solo piano", "early music", "古典",
        "クラシック", "klassisch", "klassische musik", "classical music",
    ),
    "reggae": (
        "reggae", "dub", "ska", "dancehall", "roots reggae", "ragga", "dance hall", "rocksteady",
        "lovers rock",
    ),
    "pop": (
        "pop", "dance pop", "electropop", "synth pop", "synthpop", "indie pop", "k pop", "kpop",
        "j pop", "jpop", "c pop", "cpop", "mandopop", "cantopop", "teen pop", "pop rock",
        "europop", "power pop", "pop folk", "bubblegum pop", "chamber pop", "dream pop", "top 40",
        "schlager", "britpop", "country pop", "adult contemporary", "流行", "ポップ",
        "deutschpop", "chanson", "soft pop", "acoustic pop", "art pop",
    ),
    "metal": (
        "metal", "heavy metal", "death metal", "black metal", "thrash metal", "doom metal",
        "power metal", "nu metal", "metalcore", "hard rock", "industrial metal", "symphonic metal",
        "progressive metal", "folk metal", "grindcore", "djent", "speed metal", "gothic metal",
    ),
    "ambient": (
        "ambient", "new age", "drone", "dark ambient", "meditation", "meditative", "space music",
        "space", "soundscape", "soundscapes", "atmospheric", "relaxation", "spa", "sleep",
        "healing", "yoga", "nature sounds", "easy listening ambient", "ambient electronic",
        "chillout ambient",
    ),
    "electronic": (
        "electronic", "electronica", "edm", "dance", "techno", "house", "deep house", "trance",
        "dubstep", "drum and bass", "drum n bass", "dnb", "jungle", "electro", "club", "eurodance",
        "euro techno", "techno industrial", "rave", "hardstyle", "idm", "breakbeat", "big beat",
        "progressive house", "tech house", "club house", "electro house", "acid house", "acid",
        "goa", "psytrance", "psychedelic trance", "future bass", "uk garage", "minimal",
        "minimal techno", "glitch", "trip hop", "downtempo", "electroclash", "hardcore techno",
        "euro house", "elektronisch", "électronique", "电子", "エレクトロニック",
        "dance electronic", "electronic dance music", "tropical house", "melodic techno",
        "drum & bass",
    ),
    "cinematic": (
        "cinematic", "soundtrack", "soundtracks", "film score", "film scores", "score", "scores",
        "original score", "movie soundtrack", "film music", "filmmusik", "trailer", "trailer music",
        "epic", "epic music", "orchestral cinematic", "ost", "game", "game music", "video game",
        "video game music", "videogame", "tv soundtrack", "original soundtrack", "underscore",
        "bande originale", "banda sonora", "colonna sonora", "musik film", "soundtrack score",
        "サウンドトラック", "原声", "anime soundtrack", "musical score", "epic orchestral",
    ),
    "folk": (
        "folk", "folk rock", "celtic", "bluegrass", "country", "americana", "singer songwriter",
        "singer and songwriter", "acoustic", "traditional", "folklore", "national folk", "irish",
        "indie folk", "contemporary folk", "freak folk", "country folk", "volksmusik", "folk music",
        "民谣", "country music", "country western", "alt country", "acoustic folk", "old time",
    ),
    "corporate": (
        "corporate", "corporate music", "business", "advertising", "commercial", "motivational",
        "inspirational corporate", "presentation", "background music", "production music", "muzak",
    ),
    "funk": (
        "funk", "disco", "nu disco", "soul", "p funk", "funk soul", "g funk", "boogie", "afrobeat",
        "rhythm and blues", "r&b", "rnb", "r and b", "neo soul", "motown", "funky", "soul funk",
        "electro funk", "soul and r&b", "r b", "r&b soul", "rhythm & blues",
    ),
    "lo-fi": (
        "lo fi", "lofi", "lo fi hip hop", "lofi hip hop", "chillhop", "lo fi beats", "lofi beats",
        "study beats", "lo fi chill", "jazzhop", "lofi chill",
    ),
    "synthwave": (
        "synthwave", "retrowave", "outrun", "vaporwave", "darksynth", "chillwave", "80s synth",
        "retro synth", "dreamwave", "futuresynth", "new wave synth",
    ),
}
# The numbers of ID3v1, which some programs write instead of a name, as far as they are listed.
_NUMBERS: Final[dict[int, str]] = {
    2: "folk", 3: "electronic", 4: "funk", 5: "funk", 7: "hip-hop", 8: "jazz", 9: "metal",
    10: "ambient", 13: "pop", 14: "funk", 15: "hip-hop", 16: "reggae", 18: "electronic",
    21: "reggae", 22: "metal", 24: "cinematic", 25: "electronic", 26: "ambient", 27: "electronic",
    29: "jazz", 31: "electronic", 32: "classical", 34: "electronic", 35: "electronic",
    36: "cinematic", 42: "funk", 44: "ambient", 45: "ambient", 46: "pop", 51: "electronic",
    52: "electronic", 53: "pop", 54: "electronic", 59: "hip-hop", 60: "pop", 61: "hip-hop",
    62: "pop", 63: "electronic", 68: "electronic", 70: "cinematic", 71: "lo-fi", 74: "jazz",
    79: "metal", 80: "folk", 81: "folk", 82: "folk", 83: "jazz", 84: "jazz", 85: "jazz",
    88: "folk", 89: "folk", 96: "jazz", 97: "classical", 99: "folk", 102: "pop", 103: "classical",
    104: "classical", 105: "classical", 106: "classical", 112: "electronic", 115: "folk",
    124: "electronic", 125: "reggae", 126: "electronic", 127: "electronic", 128: "electronic",
    132: "pop", 136: "hip-hop", 137: "metal", 138: "metal", 144: "metal", 146: "pop", 147: "pop",
}
# fmt: on
_MAX_GENRES = 3
# Between several genres in one tag; "R&B" and "Drum & Bass" are one.
_BETWEEN = re.compile(r"[;/,|\\\0\u3001\uff0c\uff1b]+|\s+-\s+")
_NUMBER = re.compile(r"\((\d{1,3})\)|^(\d{1,3})$")


def genres_in(tag: str) -> tuple[str, ...]:
    """Return which of our genres a genre tag names, the first one first; none for an unknown one.

    Args:
        tag: as the file states it, such as "Hip-Hop/Rap", "(24)" or "Soundtrack; Orchestral".
    """
    found: list[str] = []
    for first, second in _NUMBER.findall(tag.strip()):
        _add(found, _NUMBERS.get(int(first or second)))
    text = _NUMBER.sub("", tag)
    _add(found, _GENRES.get(_plain(text)))
    for part in _BETWEEN.split(text):
        _add(found, _GENRES.get(_plain(part)))
    return tuple(found[:_MAX_GENRES])


def _add(found: list[str], genre: str | None) -> None:
    if genre is not None and genre not in found:
        found.append(genre)


def _plain(text: str) -> str:
    """Return a name without capitals, accents and signs that programs write differently."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    spaced = re.sub(r"[-_'’.()\[\]/]+", " ", unicodedata.normalize("NFKC", letters))
    return " ".join(spaced.split())


_GENRES: Final = {
    _plain(name): genre for genre, names in _NAMES.items() for name in (*names, genre)
}
