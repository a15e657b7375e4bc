"""How long a file is: by its header, by its index, and by its packets."""

from contextlib import suppress

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from engine.media.source import read_packets


def stated_duration_s(container: InputContainer, stream: VideoStream | AudioStream) -> float | None:
    """Return the length that the stream's header states, else the file's; None without either."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration:
        return container.duration / av.time_base
    return None


def indexed_end_s(stream: VideoStream, size_bytes: int) -> float | None:
    """Return the end of the last packet that is complete in the file, by the index.

    None when the index holds no sizes (as in Matroska).
    """
    entries = stream.index_entries
    n_entries = len(entries)
    if n_entries < 2 or entries[n_entries - 1].size <= 0:
        return None
    last = n_entries - 1
    if entries[last].pos + entries[last].size > size_bytes:
        # Positions grow with time in nearly every file; in others the result is too short.
        low, high = 0, last
        while low < high:
            middle = (low + high) // 2
            if entries[middle].pos + entries[middle].size > size_bytes:
                high = middle
            else:
                low = middle + 1
        if low == 0:
            return None
        last = low - 1
    step = entries[last].timestamp - entries[last - 1].timestamp if last > 0 else 0
    # The index holds decoding times, which are ahead of display times by the first one's lead.
    lead = (stream.start_time or 0) - entries[0].timestamp
    return float((entries[last].timestamp + step + lead) * (stream.time_base or 1))


def demuxed_end_s(
    container: InputContainer, stream: VideoStream | AudioStream | None, stated_end_s: float
) -> float:
    """Return the end of the last packet of the stream, or of any stream without one.

    Reads the last seconds; where there are none (the file was cut off), it reads everything.

    Args:
        container: just opened, since not every container can jump back to its own start.
        stream: which one; None for all that aren't discarded.
        stated_end_s: what the file states.
    """
    usual_s = _usual_step_s(stream)
    for n_tried, from_s in enumerate((max(stated_end_s - 5.0, 0.0), 0.0)):
        end_s = -1.0
        if from_s > 0 or n_tried:
            # Damaged headers state times that no number of libav's can hold.
            with suppress(av.error.FFmpegError, OverflowError):
                container.seek(int(from_s * av.time_base))
        for packet in read_packets(container, *([stream] if stream else [])):
            time = packet.pts if packet.pts is not None else packet.dts
            if time is not None and packet.size > 0:
                length_s = float((packet.duration or 0) * packet.time_base) or usual_s
                end_s = max(end_s, float(time * packet.time_base) + length_s)
        if end_s >= 0:
            return end_s
    return 0.0


def _usual_step_s(stream: VideoStream | AudioStream | None) -> float:
    """Return how long a picture lasts whose packet doesn't say so, as in Flash video."""
    if not isinstance(stream, VideoStream):
        return 0.0
    rate = stream.average_rate or stream.guessed_rate
    return float(1 / rate) if rate else 0.0
