"""What to call a clip's streams in a sentence for the user."""

from collections.abc import Collection

from av.codec import Codec
from av.stream import Disposition, Stream

from engine.media.containers import DOLBY_VISION, codec_name, is_cover
from engine.translation import tr


def codec_title(stream: Stream) -> str:
    """Return the name of a stream's codec, such as "Windows Media Video 8 (wmv2)"."""
    name = codec_name(stream)
    if not name:
        return tr("an unknown format")
    try:
        title = Codec(name).long_name
    except ValueError:
        return name
    return title if name.lower() in title.lower() else f"{title} ({name})"


def stream_title(stream: Stream) -> str:
    """Return what a stream is, such as "subtitles in DVB subtitles (dvbsub), deu"."""
    if stream.type == "attachment":
        return tr("the attached file {name}").format(name=stream.metadata.get("filename", "?"))
    if is_cover(stream):
        if stream.disposition & Disposition.timed_thumbnails:
            return tr("the pictures of the chapters")
        return tr("the cover picture")
    kind = {
        "video": tr("another picture in {codec}"),
        "audio": tr("another sound in {codec}"),
        "subtitle": tr("subtitles in {codec}"),
    }.get(stream.type, tr("data in {codec}"))
    details = [kind.format(codec=codec_title(stream))]
    handler = stream.metadata.get("handler_name", "") if stream.type == "data" else ""
    for name in (stream.metadata.get("language", ""), stream.metadata.get("title", ""), handler):
        text = name.strip()
        if text and text.isprintable() and text != "und":
            details.append(text)
    return ", ".join(details)


def settings_titles(names: Collection[str]) -> list[str]:
    """Return what settings of a picture are, which come with its frames.

    Args:
        names: libav's names of side data; what the user can't miss is left out.
    """
    titles = {
        DOLBY_VISION: tr("the settings of Dolby Vision"),
        "SPHERICAL": tr("the mapping of the spherical picture"),
        "STEREO3D": tr("the arrangement of the two pictures for 3D"),
        "DISPLAYMATRIX": tr("the rotation of the picture"),
        "MASTERING_DISPLAY_METADATA": tr("the brightness that the picture was mastered for"),
    }
    return [title for name, title in titles.items() if name in names]
