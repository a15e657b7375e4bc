"""What to call a clip's streams in a sentence for the user."""

from av.codec import Codec
from av.stream import Disposition, Stream

from engine.media.containers import codec_name, is_cover
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
