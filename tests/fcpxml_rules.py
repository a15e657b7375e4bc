"""Which elements and attributes FCPXML 1.10 allows, for those that Soundbed writes and around them.

From the lists that Apple publishes ("FCPXML Reference", "Document Type Definition"). Final Cut Pro
refuses a document that breaks them as a whole.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_ANY = r".*"
_TIME = r"-?\d+(/\d+)?s"
_NUMBER = r"\d+"
_YES_NO = r"[01]"
_VOLUME = r"-?\d+(\.\d+)?(dB)?"
_ANCHORED = "(audio|video|clip|title|caption|mc-clip|ref-clip|sync-clip|asset-clip|audition|spine)"
_IN_SPINE = "(audio|video|clip|title|mc-clip|ref-clip|sync-clip|asset-clip|audition|gap|transition)"
_MARK = "(marker|chapter-marker|rating|keyword|analysis-marker)"
_EVENT_ITEM = (
    "(clip|audition|mc-clip|ref-clip|sync-clip|asset-clip|collection-folder|keyword-collection"
    "|smart-collection|project)"
)


@dataclass(frozen=True)
class Rule:
    """What an element may hold.

    Attributes:
        children: an expression over the tags, each followed by a space.
        attributes: an expression for the value of each.
        required: attributes that must be there.
        has_text: whether it holds text.
    """

    children: str
    attributes: Mapping[str, str]
    required: tuple[str, ...] = ()
    has_text: bool = False


_PLACE = {"lane": r"-?\d+", "offset": _TIME, "name": _ANY, "start": _TIME, "duration": _TIME}

RULES: Mapping[str, Rule] = {
    "fcpxml": Rule(
        rf"(import-options )?(resources )?(library |(event )*|({_EVENT_ITEM} )*)",
        {"version": r"1\.10"},
        ("version",),
    ),
    "resources": Rule("((asset|effect|format|media|locator) )*", {}),
    "format": Rule(
        "",
        {
            **dict.fromkeys(("id", "name", "fieldOrder", "colorSpace"), _ANY),
            **dict.fromkeys(("projection", "stereoscopic"), _ANY),
            **dict.fromkeys(("width", "height", "paspH", "paspV"), _NUMBER),
            "frameDuration": _TIME,
        },
        ("id",),
    ),
    "asset": Rule(
        "(media-rep )+(metadata )?",
        {
            **dict.fromkeys(("id", "name", "uid", "format"), _ANY),
            **dict.fromkeys(("start", "duration"), _TIME),
            **dict.fromkeys(("hasVideo", "hasAudio"), _YES_NO),
            **dict.fromkeys(("videoSources", "audioSources", "audioChannels"), _NUMBER),
            "audioRate": _NUMBER,
            **dict.fromkeys(("customLUTOverride", "colorSpaceOverride"), _ANY),
            **dict.fromkeys(("projectionOverride", "stereoscopicOverride"), _ANY),
            "auxVideoFlags": _ANY,
        },
        ("id",),
    ),
    "media-rep": Rule(
        "(bookmark )?",
        {
            "kind": "original-media|proxy-media",
            "sig": _ANY,
            "src": r"file:[!-~]+",
            "suggestedFilename": _ANY,
        },
        ("src",),
    ),
    "library": Rule(
        "((event|smart-collection) )*",
        {"location": _ANY, "colorProcessing": "standard|wide|wide-hdr"},
    ),
    "event": Rule(rf"({_EVENT_ITEM} )*", {"name": _ANY, "uid": _ANY}),
    "project": Rule("sequence ", {"name": _ANY, "uid": _ANY, "id": _ANY, "modDate": _ANY}),
    "sequence": Rule(
        "(note )?spine (metadata )?",
        {
            "format": _ANY,
            **dict.fromkeys(("duration", "tcStart"), _TIME),
            "tcFormat": "DF|NDF",
            "audioLayout": "mono|stereo|surround",
            "audioRate": r"32k|44\.1k|48k|88\.2k|96k|176\.4k|192k",
            "renderFormat": _ANY,
            "keywords": _ANY,
        },
        ("format",),
    ),
    "spine": Rule(
        rf"({_IN_SPINE} )*",
        {"lane": r"-?\d+", "offset": _TIME, "name": _ANY, "format": _ANY},
    ),
    "asset-clip": Rule(
        "(note )?(conform-rate )?(timeMap )?(object-tracker )?(adjust-crop )?(adjust-corners )?"
        "(adjust-conform )?(adjust-transform )?(adjust-blend )?(adjust-stabilization )?"
        "(adjust-rollingShutter )?(adjust-360-transform )?(adjust-reorient )?"
        "(adjust-orientation )?(adjust-cinematic )?(adjust-volume )?(adjust-panner )?"
        rf"({_ANCHORED} )*({_MARK} )*(audio-channel-source )*"
        "((filter-video|filter-video-mask) )*(filter-audio )*(metadata )?",
        {
            **_PLACE,
            "ref": _ANY,
            "enabled": _YES_NO,
            "srcEnable": "all|audio|video",
            **dict.fromkeys(("audioStart", "audioDuration", "tcStart"), _TIME),
            "format": _ANY,
            "tcFormat": "DF|NDF",
            **dict.fromkeys(("modDate", "audioRole", "videoRole"), _ANY),
        },
        ("ref",),
    ),
    "note": Rule("", {}, has_text=True),
    "adjust-volume": Rule("(param )*", {"amount": _VOLUME}),
    "param": Rule(
        "(fadeIn )?(fadeOut )?(keyframeAnimation )?(param )*",
        {"name": _ANY, "key": _ANY, "value": _ANY, "enabled": _YES_NO},
        ("name",),
    ),
    "keyframeAnimation": Rule("(keyframe )*", {}),
    "keyframe": Rule(
        "",
        {
            "time": _TIME,
            "value": _VOLUME,
            "interp": "linear|ease|easeIn|easeOut",
            "curve": "linear|smooth",
        },
        ("time", "value"),
    ),
    "marker": Rule(
        "",
        {
            **dict.fromkeys(("start", "duration"), _TIME),
            **dict.fromkeys(("value", "completed", "note"), _ANY),
        },
        ("start", "value"),
    ),
}


def violations(text: str) -> Iterator[str]:
    """Yield what a document breaks."""
    root = ET.fromstring(text)
    if root.tag != "fcpxml" or "<!DOCTYPE fcpxml>" not in text:
        yield "no fcpxml document"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    if len(set(ids)) < len(ids):
        yield "an id is there twice"
    for element in root.iter():
        rule = RULES.get(element.tag)
        if rule is None:
            yield f"{element.tag} isn't known"
            continue
        yield from _violations(element, rule)
        for name in ("ref", "format"):
            if element.get(name) is not None and element.get(name) not in ids:
                yield f"{element.tag} {name}={element.get(name)} leads nowhere"


def _violations(element: ET.Element, rule: Rule) -> Iterator[str]:
    tags = "".join(f"{child.tag} " for child in element)
    if not re.fullmatch(rule.children, tags):
        yield f"{element.tag} holds {tags}"
    for name, value in element.attrib.items():
        if name not in rule.attributes:
            yield f"{element.tag} has no attribute {name}"
        elif not re.fullmatch(rule.attributes[name], value, re.DOTALL):
            yield f"{element.tag} {name}={value!r}"
    for name in rule.required:
        if name not in element.attrib:
            yield f"{element.tag} lacks {name}"
    if not rule.has_text and (element.text or "").strip():
        yield f"{element.tag} holds text"
