"""The heads of frames in MP3 and AAC files without a container: how long a frame is."""

_SYNC = 0xFF
# Thousands of bits a second by their number in the head, for MPEG 1 layers I, II and III, then for
# MPEG 2 and 2.5 layer I, and layers II and III.
# fmt: off
_KBITS = {
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
# fmt: on
# Of MPEG 1, by their number; halved for MPEG 2 and again for 2.5.
_RATES_HZ = (44_100, 48_000, 32_000)
_VERSION_DIVISORS = {3: 1, 2: 2, 0: 4}
# The longest frame of a file whose heads don't state a bit rate: 640 kbit/s at 32 kHz.
_MOST_BYTES = 2880


def frame_bytes(data: memoryview, form: str) -> int:
    """Return how much of a packet is a frame: noise behind a frame is read as a part of it.

    Args:
        data: a packet.
        form: libav's name of the format: mp3 or aac; all of the packet counts in others.
    """
    if form not in ("mp3", "aac"):
        return len(data)
    if len(data) < 6 or data[0] != _SYNC:
        return 0
    return min(_mpeg_bytes(data) if form == "mp3" else _adts_bytes(data), len(data))


def _mpeg_bytes(data: memoryview) -> int:
    """Return the length that an MPEG head states (ISO/IEC 11172-3); 0 where it is damaged."""
    version, layer = data[1] >> 3 & 3, 4 - (data[1] >> 1 & 3)
    bits, rate, padding = data[2] >> 4, data[2] >> 2 & 3, data[2] >> 1 & 1
    if version not in _VERSION_DIVISORS or layer == 4 or bits == 15 or rate == 3:
        return 0
    rate_hz = _RATES_HZ[rate] // _VERSION_DIVISORS[version]
    bits_per_s = 1000 * _KBITS[version == 3, layer][bits]
    if bits_per_s == 0:
        return _MOST_BYTES
    if layer == 1:
        return (12 * bits_per_s // rate_hz + padding) * 4
    n_samples = 576 if layer == 3 and version != 3 else 1152
    return n_samples // 8 * bits_per_s // rate_hz + padding


def _adts_bytes(data: memoryview) -> int:
    """Return the length that an ADTS head states (ISO/IEC 13818-7)."""
    return (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
