"""The heads of frames in MP3, AAC and AC-3 files without a container: how long a frame is."""

from collections.abc import Callable

_HEAD_BYTES = 6
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
# Thousands of bits a second of AC-3, by half of their number in the head.
_AC3_KBITS = (
    32,
    40,
    48,
    56,
    64,
    80,
    96,
    112,
    128,
    160,
    192,
    224,
    256,
    320,
    384,
    448,
    512,
    576,
    640,
)
# The longest frame of a file whose heads don't state a bit rate: 640 kbit/s at 32 kHz.
_MOST_BYTES = 2880


def frame_bytes(data: memoryview, form: str) -> int:
    """Return how much of a packet is a frame: noise behind a frame is read as a part of it.

    Args:
        data: a packet.
        form: libav's name of the format; all of the packet counts in those that aren't known.
    """
    stated = _STATED.get(form)
    if stated is None:
        return len(data)
    return min(stated(data), len(data)) if len(data) >= _HEAD_BYTES else 0


def _mpeg_bytes(data: memoryview) -> int:
    """Return the length that an MPEG head states (ISO/IEC 11172-3); 0 where it is damaged."""
    if data[0] != 0xFF or data[1] < 0xE0:
        return 0
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
    """Return the length that an ADTS head states (ISO/IEC 13818-7); 0 where there is none."""
    if data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        return 0
    return (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5


def _ac3_bytes(data: memoryview) -> int:
    """Return the length that a head of AC-3 or E-AC-3 states (ETSI TS 102 366); 0 without one."""
    if data[0] != 0x0B or data[1] != 0x77:
        return 0
    if data[5] >> 3 > 10:  # E-AC-3
        return 2 * ((data[2] & 7) << 8 | data[3]) + 2
    rate, bits = data[4] >> 6, data[4] & 63
    if rate == 3 or bits // 2 >= len(_AC3_KBITS):
        return 0
    kbits = _AC3_KBITS[bits // 2]
    return 2 * (2 * kbits, 320 * kbits // 147 + bits % 2, 3 * kbits)[rate]


_STATED: dict[str, Callable[[memoryview], int]] = {
    "mp3": _mpeg_bytes,
    "aac": _adts_bytes,
    "ac3": _ac3_bytes,
    "eac3": _ac3_bytes,
}
