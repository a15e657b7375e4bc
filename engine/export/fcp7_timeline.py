"""A timeline as Final Cut Pro 7 XML (xmeml 5), which Premiere and Resolve import.

Its conventions, from Apple's "Final Cut Pro XML Interchange Format" and from what Premiere writes:
`in` and `out` count from the start of the media, whatever its timecode. Stereo sound is a pair of
clip items on two tracks, linked, and marked as a pair for Premiere; its channels are the source
tracks 1 and 2. Levels are factors; their keyframes are at frames of the media. A file is described
where it is first used, and then named by its id.
"""

from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from engine.export.edit import Edit, Piece
from engine.export.file_urls import file_url
from engine.export.levels import LevelPoint
from engine.export.mixing import MIX_RATE_HZ
from engine.export.plain_text import one_line
from engine.export.xml_text import add, add_all, document

_MAX_FACTOR = "3.98109"  # 12 dB


def fcp7_text(edit: Edit) -> str:
    """Return the timeline as an XML document."""
    return _Writer(edit).document()


@dataclass(frozen=True, slots=True)
class _Source:
    """A file on the timeline.

    Attributes:
        key: a number of its own, for the ids.
        name, url: of the file.
        first_number: the timecode of its first frame, as a number of frames.
        n_frames: its length.
        n_channels: of its sound; 0 where it isn't used.
        has_picture: whether it is the clip.
    """

    key: int
    name: str
    url: str
    first_number: int
    n_frames: int
    n_channels: int
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class _Use:
    """A part of a file on the timeline.

    Attributes:
        name: of its clip items.
        start, end: frames of the timeline.
        first: frame of the file.
        levels: by frame of the file.
        is_enabled: whether it is shown and plays.
        comments: shown with it.
    """

    name: str
    start: int
    end: int
    first: int
    levels: tuple[LevelPoint, ...]
    is_enabled: bool = True
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Track:
    """A track of one medium, counted from 1, with one channel of sound.

    Attributes:
        element: of the document.
        kind: "video" or "audio".
        number: among those of its kind.
        channel: of the sound, counted from 1.
        n_channels: of the sound that the track and its neighbours hold together.
    """

    element: ET.Element
    kind: str
    number: int
    channel: int = 1
    n_channels: int = 1


class _Writer:
    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self._described: set[int] = set()
        self._n_audio_tracks = 0
        self._root = ET.Element("xmeml", version="5")
        self._sequence = add(self._root, "sequence", id="sequence-1")
        add_all(self._sequence, {"name": edit.name, "duration": edit.n_frames})
        self._add_rate(self._sequence)
        self._add_timecode(self._sequence, edit.number(edit.first_frame))
        media = add(self._sequence, "media")
        self._video, self._audio = add(media, "video"), add(media, "audio")
        self._add_picture(add(self._video, "format"))
        self._add_sound_format()

    def document(self) -> str:
        """Return the document with the clip, the music and the markers."""
        self._add_clip()
        key = 2
        for row in self._edit.tracks:
            tracks = self._audio_tracks(2)
            for number, piece in enumerate(row, 1):
                self._add_use(
                    self._piece_source(piece, key), self._piece_use(piece), tracks, number
                )
                key += 1
            _close(tracks)
        for frame, name in self._edit.markers:
            texts = {"name": name, "comment": "", "in": frame - self._edit.first_frame, "out": -1}
            add_all(add(self._sequence, "marker"), texts)
        return document(self._root)

    def _add_clip(self) -> None:
        edit, info = self._edit, self._edit.info
        gain_db = edit.clip_gain_db
        n_channels = info.sound.n_channels if info.sound and gain_db is not None else 0
        name, url = one_line(info.path.name), file_url(info.path, host="localhost")
        source = _Source(1, name, url, edit.number(0), info.n_frames, n_channels, True)
        levels = (LevelPoint(edit.first_frame, gain_db or 0.0),)
        use = _Use(name, 0, edit.n_frames, edit.first_frame, levels)
        tracks = [_Track(add(self._video, "track"), "video", 1)]
        # Only mono and stereo have tracks of their own; of more channels each is a mono track.
        if n_channels <= 2:
            tracks += self._audio_tracks(n_channels)
        else:
            tracks += [
                replace(self._audio_tracks(1)[0], channel=n) for n in range(1, n_channels + 1)
            ]
        self._add_use(source, use, tracks, 1)
        _close(tracks)

    def _piece_source(self, piece: Piece, key: int) -> _Source:
        sound, edit = piece.sound, self._edit
        url = file_url(sound.path, host="localhost")
        number = edit.number(sound.first_frame)
        return _Source(key, one_line(sound.path.name), url, number, sound.n_frames, 2)

    def _piece_use(self, piece: Piece) -> _Use:
        shift, start = piece.sound.first_frame, self._edit.first_frame
        tags = piece.item.track.tags
        return _Use(
            piece.name,
            piece.first_frame - start,
            piece.end_frame - start,
            piece.first_frame - shift,
            tuple(LevelPoint(one.frame - shift, one.gain_db) for one in piece.levels),
            piece.is_enabled,
            tuple(one_line(tag) for tag in (tags.artist, tags.licence, tags.url) if tag),
        )

    def _add_use(self, source: _Source, use: _Use, tracks: list[_Track], number: int) -> None:
        """Add a clip item for each track, all linked with each other.

        `number` is what clip of its track each of them is, counted from 1.
        """
        ids = [f"clipitem-{source.key}-{n}" for n in range(1, len(tracks) + 1)]
        for track, item_id in zip(tracks, ids, strict=True):
            is_sound = track.kind == "audio"
            kind = {"premiereChannelType": _channel_type(track)} if is_sound else {}
            item = add(track.element, "clipitem", id=item_id, **kind)
            add_all(item, {"masterclipid": f"masterclip-{source.key}", "name": use.name})
            add_all(item, {"enabled": _truth(use.is_enabled), "duration": source.n_frames})
            self._add_rate(item)
            end = use.first + use.end - use.start
            add_all(item, {"start": use.start, "end": use.end, "in": use.first, "out": end})
            self._add_file(item, source)
            if is_sound:
                texts = {"mediatype": "audio", "trackindex": track.channel}
                add_all(add(item, "sourcetrack"), texts)
                _add_levels(item, use.levels)
            for other, linked in zip(tracks, ids, strict=True):
                _add_link(item, other, linked, number)
            if use.comments:
                texts = {f"mastercomment{n}": text for n, text in enumerate(use.comments, 1)}
                add_all(add(item, "comments"), texts)

    def _add_file(self, item: ET.Element, source: _Source) -> None:
        file = add(item, "file", id=f"file-{source.key}")
        if source.key in self._described:
            return
        self._described.add(source.key)
        add_all(file, {"name": source.name, "pathurl": source.url})
        self._add_rate(file)
        add(file, "duration", source.n_frames)
        self._add_timecode(file, source.first_number)
        media = add(file, "media")
        if source.has_picture:
            self._add_picture(add(media, "video"))
        if source.n_channels:
            sound = add(media, "audio")
            rate_hz = MIX_RATE_HZ
            if source.has_picture and self._edit.info.sound:
                rate_hz = self._edit.info.sound.rate_hz
            texts = {"depth": 16 if source.has_picture else 24, "samplerate": rate_hz}
            add_all(add(sound, "samplecharacteristics"), texts)
            add(sound, "channelcount", source.n_channels)

    def _audio_tracks(self, n_channels: int) -> list[_Track]:
        """Add the tracks of mono or stereo sound."""
        tracks = []
        for channel in range(1, n_channels + 1):
            self._n_audio_tracks += 1
            attributes = {
                "currentExplodedTrackIndex": channel - 1,
                "totalExplodedTrackCount": n_channels,
                "premiereTrackType": "Stereo" if n_channels == 2 else "Mono",
            }
            element = add(self._audio, "track", **attributes)
            tracks.append(_Track(element, "audio", self._n_audio_tracks, channel, n_channels))
        return tracks

    def _add_rate(self, parent: ET.Element) -> None:
        base = self._edit.base
        is_ntsc = base.rate.denominator == 1001
        texts = {"timebase": base.n_per_second, "ntsc": _truth(is_ntsc)}
        add_all(add(parent, "rate"), texts)

    def _add_timecode(self, parent: ET.Element, number: int) -> None:
        base = self._edit.base
        timecode = add(parent, "timecode")
        self._add_rate(timecode)
        number %= base.n_per_day
        texts = {
            "string": base.text(number - base.first_frame),
            "frame": number,
            "displayformat": "DF" if base.is_drop else "NDF",
        }
        add_all(timecode, texts)

    def _add_picture(self, parent: ET.Element) -> None:
        about = add(parent, "samplecharacteristics")
        self._add_rate(about)
        info = self._edit.info
        texts = {"width": info.width, "height": info.height, "anamorphic": "FALSE"}
        add_all(about, {**texts, "pixelaspectratio": "square", "fielddominance": "none"})

    def _add_sound_format(self) -> None:
        add(self._audio, "numOutputChannels", 2)
        about = add(add(self._audio, "format"), "samplecharacteristics")
        add_all(about, {"depth": 24, "samplerate": MIX_RATE_HZ})
        outputs = add(self._audio, "outputs")
        for channel in (1, 2):
            group = add(outputs, "group")
            add_all(group, {"index": channel, "numchannels": 1, "downmix": 0})
            add(add(group, "channel"), "index", channel)


def _channel_type(track: _Track) -> str:
    return "stereo" if track.n_channels == 2 else "mono"


def _add_levels(item: ET.Element, levels: tuple[LevelPoint, ...]) -> None:
    effect = add(add(item, "filter"), "effect")
    texts = dict.fromkeys(("effectid", "effectcategory", "effecttype"), "audiolevels")
    add_all(effect, {"name": "Audio Levels", **texts, "mediatype": "audio"})
    level = add(effect, "parameter", authoringApp="PremierePro")
    add_all(level, {"parameterid": "level", "name": "Level", "valuemin": 0})
    add_all(level, {"valuemax": _MAX_FACTOR, "value": _factor(levels[0])})
    if len(levels) > 1:
        for point in levels:
            add_all(add(level, "keyframe"), {"when": point.frame, "value": _factor(point)})


def _add_link(item: ET.Element, track: _Track, linked: str, number: int) -> None:
    link = add(item, "link")
    add_all(link, {"linkclipref": linked, "mediatype": track.kind})
    add_all(link, {"trackindex": track.number, "clipindex": number})
    if track.kind == "audio":
        add(link, "groupindex", 1)


def _close(tracks: list[_Track]) -> None:
    """Add what follows the clip items of each track."""
    for track in tracks:
        add_all(track.element, {"enabled": "TRUE", "locked": "FALSE"})
        if track.kind == "audio":
            # Left and right; mono tracks go to both sides in turn.
            add(track.element, "outputchannelindex", (track.channel - 1) % 2 + 1)


def _factor(point: LevelPoint) -> str:
    return f"{point.factor:.6g}"


def _truth(value: bool) -> str:
    return "TRUE" if value else "FALSE"
