"""Plan an exported video before it is written: its container, what it keeps and what it can't."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from av.container import InputContainer
from av.stream import Discard, Disposition, Stream

from engine.errors import ExportError
from engine.media.containers import (
    FORMS,
    NAMES,
    SUFFIXES,
    TIMECODE_RATES,
    Candidate,
    Samples,
    Trial,
    codec_name,
    codec_tag,
    first_packets,
    is_cover,
    try_streams,
)
from engine.media.continuous import continuity_of
from engine.media.probe import VideoInfo
from engine.media.source import open_container
from engine.media.stream_titles import codec_title, settings_titles, stream_title
from engine.media.streams import audio_stream, video_stream
from engine.media.subtitle_text import TEXT_CODECS
from engine.settings import SoundChoice
from engine.translation import tr

How = Literal["copy", "mix", "attach", "text"]

# Codecs that players and editing programs expect in MP4 and MOV; others go into Matroska.
_MP4_CODECS = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video", "mpeg1video"})
_EDITING_CODECS = frozenset(
    {"prores", "dnxhd", "cfhd", "mjpeg", "qtrle", "dvvideo", "png", "rawvideo", "v210", "hap"}
)
_MOV_CODECS = _EDITING_CODECS | {"h264", "hevc", "mpeg4", "mpeg2video", "svq3"}
_EXPECTED = {"mp4": _MP4_CODECS, "mov": _MOV_CODECS}
_OTHER_SUFFIXES = frozenset({".avi", ".webm", ".ts", ".mpg", ".wmv", ".flv", ".mxf"})
# Layouts that the AAC encoder marks so that every player knows them; the order of the channels is
# that of the first name.
_AAC_LAYOUTS = {
    "5.1": "5.1",
    "5.1(side)": "5.1",
    "5.0": "5.0",
    "5.0(side)": "5.0",
    "4.0": "4.0",
    "3.0": "3.0",
    "7.1": "7.1",
}


@dataclass(frozen=True, slots=True)
class PlannedStream:
    """A stream of the exported video.

    Attributes:
        index: of the clip's stream; -1 for music under a clip without sound.
        how: copied; replaced by the mix; kept as an attached file; or rewritten as plain text.
        tag: four characters that name its codec; "" for the container's own.
    """

    index: int
    how: How
    tag: str = ""


@dataclass(frozen=True, slots=True)
class VideoPlan:
    """What is written.

    Attributes:
        out: the file.
        form: libav's name of the container.
        picture: index of the clip's picture among its streams.
        streams: in the order of the file.
        layout: of the mixed sound's channels, by libav's name.
        n_channels: of the layout.
        sound_codec: its encoder.
        notes: one sentence for each thing that isn't as the user may expect.
    """

    out: Path
    form: str
    picture: int
    streams: tuple[PlannedStream, ...]
    layout: str
    n_channels: int
    sound_codec: Literal["aac", "pcm_s24le"]
    notes: tuple[str, ...]


def plan_video(info: VideoInfo, wanted: Path, sound: SoundChoice = "surround") -> VideoPlan:
    """Choose a container for the clip's picture, and keep every other stream that it can hold.

    Args:
        info: the clip.
        wanted: the user's path; its suffix is kept where the container can hold the picture.
        sound: whether a clip with surround sound keeps it.

    Raises:
        MediaError: when the clip can no longer be read.
        ExportError: when no container can hold its picture, naming the codec.
    """
    with open_container(info.path) as source:
        return _Planner(info, source).plan(wanted, sound)


def with_suffix_of(form: str, wanted: Path) -> Path:
    """Return the path with a suffix of the container; one that fits is kept."""
    suffix = wanted.suffix.lower()
    if FORMS.get(suffix) == form:
        return wanted
    # "my.holiday" ends in no video suffix: append one instead of replacing "holiday".
    known = suffix in FORMS or suffix in _OTHER_SUFFIXES
    best = SUFFIXES[form]
    return wanted.with_suffix(best) if known else wanted.with_name(wanted.name + best)


class _Planner:
    def __init__(self, info: VideoInfo, source: InputContainer) -> None:
        self._info = info
        self._source = source
        self._picture = video_stream(source, info.path)
        self._sound = audio_stream(source)
        # libav has read QuickTime's track of chapters, and skips it.
        self._streams = [stream for stream in source.streams if stream.discard != Discard.all]
        self._samples: Samples = first_packets(source, self._streams)
        self._base: dict[str, tuple[Candidate, Trial]] = {}

    def plan(self, wanted: Path, sound: SoundChoice) -> VideoPlan:
        form = self._container_for(FORMS.get(wanted.suffix.lower()))
        out = with_suffix_of(form, wanted)
        notes = list(self._notes_of_picture(form, wanted, out))
        codec: Literal["aac", "pcm_s24le"] = "pcm_s24le" if self._wants_pcm(form) else "aac"
        layout = self._layout(codec, sound)
        if self._n_channels > 2 and layout == "stereo" and sound == "surround":
            notes.append(
                tr("The {n} channels of the clip's sound are mixed down to stereo.").format(
                    n=self._n_channels
                )
            )
        kept: list[PlannedStream] = []
        for stream in self._streams:
            planned = self._planned(stream, form)
            if planned is not None:
                kept.append(planned)
            elif not self._is_timecode(stream):
                notes.append(self._left_out(stream, form))
        if self._sound is None:
            pictures = [n for n, each in enumerate(kept) if each.index == self._picture.index]
            kept.insert(pictures[0] + 1, PlannedStream(-1, "mix"))
        n_channels = 2 if layout == "stereo" else self._n_channels
        picture = self._picture.index
        return VideoPlan(
            out, form, picture, tuple(kept), layout, n_channels, codec, tuple(dict.fromkeys(notes))
        )

    def _container_for(self, wanted: str | None) -> str:
        forms = [form for form in (wanted, *SUFFIXES) if form]
        # What players expect comes first, even before the container asked for.
        expected = [form for form in forms if self._info.codec in _EXPECTED.get(form, ())]
        if wanted == "matroska":
            expected.insert(0, "matroska")
        for form in [*expected, "matroska", *forms]:
            # Recordings of several sizes change the decoder's settings midway, which MKV loses.
            is_unsafe = form == "matroska" and self._is_joined_flash
            if not is_unsafe and not self._base_in(form)[1].reason:
                return form
        raise ExportError(
            tr("video in {codec} fits into no file that Soundbed writes (MP4, MOV, MKV).").format(
                codec=codec_title(self._picture)
            ),
            path=self._info.path,
            remedy=tr(
                "Convert the clip to H.264 or ProRes first, or export a timeline or a WAV "
                "for your editing program."
            ),
        )

    @property
    def _is_joined_flash(self) -> bool:
        return self._source.format.name == "flv" and continuity_of(self._info.path).has_jumps

    def _base_in(self, form: str) -> tuple[Candidate, Trial]:
        """Return the picture as the container takes it, and the trial of that."""
        if form not in self._base:
            tag = codec_tag(self._source, self._picture, form)
            for each in (tag, "") if tag else ("",):
                packets = self._samples[self._picture.index]
                candidate = Candidate(self._picture, each, packets)
                trial = try_streams(form, [candidate])
                if not trial.reason:
                    break
            self._base[form] = candidate, trial
        return self._base[form]

    def _fits(self, stream: Stream, form: str) -> str | None:
        """Return the tag with which the container takes the stream; None when it doesn't."""
        base, trial = self._base_in(form)
        if trial.reason:
            return None
        tag = codec_tag(self._source, stream, form)
        for each in (tag, "") if tag else ("",):
            candidate = Candidate(stream, each, self._samples[stream.index])
            if not try_streams(form, [base, candidate]).reason:
                return each
        return None

    def _planned(self, stream: Stream, form: str) -> PlannedStream | None:
        if stream.index == self._picture.index:
            return PlannedStream(stream.index, "copy", self._base_in(form)[0].tag)
        if self._sound is not None and stream.index == self._sound.index:
            return PlannedStream(stream.index, "mix")
        if stream.disposition & Disposition.timed_thumbnails:
            return None
        if is_cover(stream) and form == "matroska":
            has_file = bool(self._samples[stream.index])
            return PlannedStream(stream.index, "attach") if has_file else None
        if codec_name(stream) is None and stream.type != "attachment":
            return None
        tag = self._fits(stream, form)
        if tag is not None:
            return PlannedStream(stream.index, "copy", tag)
        if stream.type == "subtitle" and codec_name(stream) in TEXT_CODECS:
            return PlannedStream(stream.index, "text")
        return None

    # Sound

    @property
    def _n_channels(self) -> int:
        return 0 if self._sound is None else self._sound.codec_context.channels

    def _wants_pcm(self, form: str) -> bool:
        is_pcm = self._info.sound is not None and self._info.sound.codec.startswith("pcm_")
        return form == "mov" and (is_pcm or self._info.codec not in _MP4_CODECS)

    def _layout(self, codec: str, sound: SoundChoice) -> str:
        if self._sound is None or self._n_channels <= 2 or sound == "stereo":
            return "stereo"
        layout = self._sound.codec_context.layout
        # The music goes to the front: without a left and a right one there is no place for it.
        if [channel.name for channel in layout.channels][:2] != ["FL", "FR"]:
            return "stereo"
        return layout.name if codec == "pcm_s24le" else _AAC_LAYOUTS.get(layout.name, "stereo")

    # Sentences

    def _notes_of_picture(self, form: str, wanted: Path, out: Path) -> Iterator[str]:
        if out != wanted:
            yield tr("{asked} can't contain {codec} video; it is written as {path}.").format(
                asked=wanted.name, codec=self._info.codec, path=out.name
            )
        tag = codec_tag(self._source, self._picture, form)
        _, trial = self._base_in(form)
        found = trial.tags[0]
        if tag and form != "matroska" and found != tag:
            yield tr("{form} marks the picture as “{new}” where the clip says “{old}”.").format(
                form=NAMES[form], new=found, old=tag
            )
        for title in settings_titles(trial.lost):
            yield tr("Left out: {stream}. {form} can't contain it.").format(
                stream=title, form=NAMES[form]
            )
        if self._info.start_timecode and self._info.frame_rate not in TIMECODE_RATES:
            yield tr("Left out: the timecode; at this frame rate it can't be written.")

    def _is_timecode(self, stream: Stream) -> bool:
        return codec_name(stream) is None and "timecode" in stream.metadata

    def _left_out(self, stream: Stream, form: str) -> str:
        what = stream_title(stream)
        if codec_name(stream) is None and stream.type != "attachment":
            return tr("Left out: {stream}. Soundbed can't copy it.").format(stream=what)
        others = [
            other for other in SUFFIXES if other != form and self._planned_elsewhere(stream, other)
        ]
        if others:
            other = "matroska" if "matroska" in others else others[0]
            return tr("Left out: {stream}. {form} can't contain it; {other} can.").format(
                stream=what, form=NAMES[form], other=NAMES[other]
            )
        return tr("Left out: {stream}. {form} can't contain it.").format(
            stream=what, form=NAMES[form]
        )

    def _planned_elsewhere(self, stream: Stream, form: str) -> bool:
        return not self._base_in(form)[1].reason and self._planned(stream, form) is not None
