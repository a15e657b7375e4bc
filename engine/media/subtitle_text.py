"""Rewrite subtitles of one text format as another, as plain text."""

import re

# libav's names of the decoders whose packets hold text.
TEXT_CODECS = frozenset({"srt", "subrip", "text", "webvtt", "ass", "ssa", "mov_text"})
_TEXT_CODEC_OF = {"mp4": "mov_text", "mov": "mov_text", "matroska": "subrip"}
_ASS_FIELDS = 8
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|\{\\[^{}]*\}")
# What the encoder of QuickTime text asks for: a style for all text.
ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def text_codec(form: str) -> str:
    """Return the codec of text subtitles in a container."""
    return _TEXT_CODEC_OF[form]


def rewritten(data: bytes, old: str, new: str) -> bytes:
    """Return a packet of another text format with the same words; empty when there are none.

    Args:
        data: a packet.
        old, new: libav's names of the formats.
    """
    text = _plain(data, old)
    if not text:
        return b""
    if new == "mov_text":
        encoded = text.encode()[:0xFFFF]
        return len(encoded).to_bytes(2, "big") + encoded
    return text.encode()


def _plain(data: bytes, codec: str) -> str:
    if codec == "mov_text":
        # A length, the text, then boxes with styles.
        return data[2 : 2 + int.from_bytes(data[:2], "big")].decode("utf-8", "replace")
    text = data.decode("utf-8", "replace")
    if codec in ("ass", "ssa"):
        fields = text.split(",", _ASS_FIELDS)
        text = fields[-1].replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return _MARKUP.sub("", text).strip()
