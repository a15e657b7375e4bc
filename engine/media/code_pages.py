"""Text that was read in the wrong encoding: what it was meant to be.

Old taggers wrote ID3v1, ID3v2.3 and RIFF tags in the code page of their computer and called it
Latin-1. Which one it was shows in what comes out: words of one alphabet, in upper and lower case as
people write, or common signs. Text that reads as a Western language is left alone.
"""

import re
import unicodedata
from collections.abc import Sequence

# Letters beyond ASCII by language; e acute is in loan words everywhere.
_WESTERN = (
    "àâæçèêëîïôœùûüÿ", "äöüß", "áíñóúüï", "ãáâàçêíóõôúü", "àèìíîòóùú", "åäöæøáàôüðþíóúý",
    "åæøòôüäö", "ëïöüáèêíóúĳ", "äöõüšž", "àèìòùáíóúýŵŷâêîôûäëïöü", "çëïü",
)  # fmt: skip
_EASTERN = {
    "cp1250": (
        "ąćęłńóśźż", "áčďěíňóřšťúůýžäö", "áäčďíĺľňóôŕšťúýž", "áíóöőúüű", "čćđšž", "ăâîşţșț",
        "äöüß",
    ),
}  # fmt: skip
_BY_FREQUENCY = {
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґўјљњћђџѓќѕ",
    "koi8-r": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "cp1253": "αοιετσνηυρπκμλωςγδθχφβξζψάέήίόύώϊϋ",
}
# A word of so many letters, all beyond ASCII, is in no Western language.
_ALL_HIGH = 3
_HANZI = frozenset(
    "的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她"
    "里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已"
    "老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力"
    "机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军"
    "爱曲歌乐章春夏秋冬风花雪雨星夜梦光雅红白青黑山水云飞舞恋蓝天空忘记怀念永远朋友城市音"
)
_LEVEL_1, _LEVEL_2 = 0.6, 0.15
# Below this, signs are as likely as not noise.
_LEAST_SIGNS = 0.5


def meant(text: str) -> str | None:
    """Return the text as it was meant, None where it is right as it is, or where nobody knows.

    Args:
        text: as Latin-1 or UTF-8 gave it; bytes that aren't UTF-8 as lone surrogates.
    """
    raw = _bytes_of(text)
    if raw is None or raw.isascii():
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    as_latin = raw.decode("latin-1")
    if not _has_controls(as_latin) and _is_western(as_latin):
        return as_latin if as_latin != text else None
    best = max(
        (scored for code in _JUDGES if (scored := _scored(raw, code)) is not None),
        default=None,
    )
    return None if best is None else best[1]


def _bytes_of(text: str) -> bytes | None:
    """Return the bytes behind a text; None where it was decoded rightly."""
    has_bytes = any("\udc80" <= sign <= "\udcff" for sign in text)
    try:
        return text.encode("utf-8" if has_bytes else "latin-1", "surrogateescape")
    except UnicodeEncodeError:
        return None


def _scored(raw: bytes, code: str) -> tuple[float, str] | None:
    try:
        text = raw.decode(code)
    except UnicodeDecodeError:
        return None
    if _has_controls(text) or any(unicodedata.category(sign) == "Co" for sign in text):
        return None
    score = _JUDGES[code](text, code)
    return None if score <= 0 else (score, text)


def _judge_western(text: str, code: str) -> float:
    return 1.2 if _is_western(text) else 0.0


def _judge_eastern(text: str, code: str) -> float:
    letters = {sign.lower() for sign in text if sign.isalpha() and not sign.isascii()}
    fits = any(letters <= set(alphabet) for alphabet in _EASTERN[code])
    words = _words(text)
    is_written = all(_is_cased(word) for word in words) and not _has_odd_signs(text)
    has_ascii = any(sign.isascii() and sign.isalpha() for sign in text)
    return 1.1 if letters and fits and is_written and has_ascii else 0.0


def _judge_alphabet(text: str, code: str) -> float:
    """Return how well words of one alphabet fit: not mixed with Latin letters, and well cased."""
    alphabet = _BY_FREQUENCY[code]
    own = [word for word in _words(text) if not word.isascii()]
    n_letters = sum(map(len, own))
    if n_letters < _ALL_HIGH or _has_odd_signs(text):
        return 0.0
    if not all(set(word.lower()) <= set(alphabet) | {"ς"} and _is_cased(word) for word in own):
        return 0.0
    ranks = [alphabet.find(sign) for word in own for sign in word.lower().replace("ς", "σ")]
    return 1.0 + 0.5 * (1 - sum(ranks) / n_letters / len(alphabet))


def _judge_signs(text: str, code: str) -> float:
    """Return the mean plausibility of the signs beyond ASCII."""
    if re.search(r"[A-Za-z][^\x00-\x7f](?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f][a-z]", text):
        # A single sign beside Latin letters is an accented letter of another code page.
        return 0.0
    scores = []
    for sign in text:
        if not sign.isascii():
            scores.append(_SIGNS[code](sign, sign.encode(code)))
    score = sum(scores) / len(scores)
    # A single sign could be anything.
    return score + 0.6 if score >= _LEAST_SIGNS and len(scores) > 1 else 0.0


def _japanese(sign: str, raw: bytes) -> float:
    if "\u3040" <= sign <= "\u30ff":
        return 1.0
    if len(raw) == 2 and (0x88 <= raw[0] <= 0x97 or 0x81 <= raw[0] <= 0x82):
        return _LEVEL_1
    return _LEVEL_2 if len(raw) == 2 and raw[0] <= 0xEA else 0.0


def _chinese(sign: str, raw: bytes) -> float:
    if len(raw) != 2 or raw[1] < 0xA1:
        return 0.0
    if sign in _HANZI:
        return 1.0
    if 0xB0 <= raw[0] <= 0xD7 or 0xA1 <= raw[0] <= 0xA3:
        return _LEVEL_1
    return _LEVEL_2 if raw[0] <= 0xF7 else 0.0


def _traditional(sign: str, raw: bytes) -> float:
    if len(raw) != 2:
        return 0.0
    if sign in _HANZI:
        return 1.0
    return 0.5 if 0xA4 <= raw[0] <= 0xC6 or raw[0] == 0xA1 else 0.1


def _korean(sign: str, raw: bytes) -> float:
    if "\uac00" <= sign <= "\ud7a3" and len(raw) == 2 and raw[1] >= 0xA1:
        return 0.75
    return _LEVEL_2 if len(raw) == 2 and raw[0] >= 0xA1 else 0.0


_SIGNS = {"cp932": _japanese, "gbk": _chinese, "big5": _traditional, "cp949": _korean}
_JUDGES = {
    "cp1252": _judge_western,
    "cp1250": _judge_eastern,
    **dict.fromkeys(_BY_FREQUENCY, _judge_alphabet),
    **dict.fromkeys(_SIGNS, _judge_signs),
}


def _is_western(text: str) -> bool:
    letters = {sign.lower() for sign in text if sign.isalpha() and not sign.isascii()}
    if _has_odd_signs(text):
        return False
    for word in _words(text):
        high = [sign for sign in word if not sign.isascii()]
        is_foreign = len(word) >= _ALL_HIGH and len(high) == len(word)
        if is_foreign and not set(word.lower()) <= set("æøå"):
            return False
        if not _is_cased(word):
            return False
    return any(letters <= set(alphabet) | {"é"} for alphabet in _WESTERN)


def _words(text: str) -> Sequence[str]:
    return re.findall(r"[^\W\d_]+", text)


def _is_cased(word: str) -> bool:
    """Whether a word is in lower or upper case, or starts with a capital, perhaps more than one."""
    if word == word.lower() or word == word.upper():
        return True
    # McCartney and DJs write on: what isn't ASCII follows the rule.
    tail = [sign for sign in word[1:] if not sign.isascii()]
    return all(sign == sign.lower() for sign in tail)


def _has_odd_signs(text: str) -> bool:
    """Whether there are signs that stand in no title, such as a fraction inside a word."""
    if re.search(r"[^\W\d_][¹³²¼½¾¥¦¬µ¶¸¯¨¢¤·ªº¿¡£©®±×÷][^\W\d_]", text):
        return True
    if re.search(r"[¹³¼½¾¥¦¬¶¸¯¨¢¤][^\W\d_]|[^\W\d_][¹³¼½¾¥¦¬¶¸¯¨¢¤¿¡]", text):
        return True
    return any(unicodedata.category(sign) in ("So", "Sk") and sign not in "©®°" for sign in text)


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r" for sign in text)
