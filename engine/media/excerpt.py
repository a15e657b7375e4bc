"""Cut a part out of a clip without re-encoding it."""

from pathlib import Path

import av

from engine.errors import MediaUnreadable
from engine.files import replacing
from engine.media.source import open_container
from engine.media.streams import audio_stream, video_stream
from engine.translation import tr


def cut_excerpt(path: Path, start_s: float, duration_s: float, out: Path) -> None:
    """Copy video and first audio stream of a part of a clip into a Matroska file.

    Video can only be cut at keyframes: the part begins at the last keyframe at or before
    `start_s`, and its sound too.

    Args:
        path: the clip.
        start_s: where the part begins.
        duration_s: its length from `start_s`.
        out: the file to write, ending in .mkv.

    Raises:
        MediaError: when the clip can't be read or has nothing there.
        ExportError: when `out` can't be written.
    """
    with (
        open_container(path) as source,
        replacing(out) as beside,
        av.open(str(beside), "w", format="matroska") as target,
    ):
        streams = [
            stream for stream in (video_stream(source, path), audio_stream(source)) if stream
        ]
        copies = {stream.index: target.add_stream_from_template(stream) for stream in streams}
        source.seek(int(start_s * av.time_base), backward=True)
        first_s: float | None = None
        n_copied = 0
        for packet in source.demux(streams):
            if packet.dts is None or packet.pts is None:
                continue
            time_s = float(packet.pts * packet.time_base)
            if first_s is None:
                # Nothing before the first keyframe can be shown.
                if packet.stream.type != "video" or not packet.is_keyframe:
                    continue
                first_s = time_s
            if time_s >= start_s + duration_s:
                if packet.stream.type == "video" and packet.is_keyframe:
                    break
                continue
            offset = round(first_s / packet.time_base)
            packet.pts, packet.dts = packet.pts - offset, packet.dts - offset
            if packet.pts < 0:
                continue
            packet.stream = copies[packet.stream.index]
            target.mux(packet)
            n_copied += 1
        if n_copied == 0:
            raise MediaUnreadable(
                tr("part of the clip has no frames that can be read."),
                path=path,
                remedy=tr("Copy or export it again."),
            )
