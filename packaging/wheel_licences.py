"""The licences of wheels and of the libraries inside them, where their metadata don't say."""

import re
from importlib.metadata import Distribution
from typing import Final

# A library's file name (a regular expression), what it is, and its licence; FFmpeg's libraries say
# themselves how they were built.
LIBRARIES: Final[tuple[tuple[str, str, str], ...]] = (
    ("lib(avcodec|avdevice|avfilter|avformat|avutil|swresample|swscale)", "FFmpeg", ""),
    ("libx264", "x264", "GPL-2.0-or-later"),
    ("libx265", "x265", "GPL-2.0-or-later"),
    ("libSvtAv1Enc", "SVT-AV1", "BSD-3-Clause-Clear"),
    ("libdav1d", "dav1d", "BSD-2-Clause"),
    ("libaom", "libaom", "BSD-2-Clause"),
    ("libavif", "libavif", "BSD-2-Clause"),
    ("libvpx", "libvpx", "BSD-3-Clause"),
    ("libvpl", "libvpl", "MIT"),
    ("lib(webp|webpmux|sharpyuv)", "libwebp", "BSD-3-Clause"),
    ("libpng", "libpng", "libpng-2.0"),
    ("libmp3lame", "LAME", "LGPL-2.0-or-later"),
    ("libopencore-amr", "opencore-amr", "Apache-2.0"),
    ("libopus", "Opus", "BSD-3-Clause"),
    ("libsndfile", "libsndfile", "LGPL-2.1-or-later"),
    ("libasound", "alsa-lib", "LGPL-2.1-or-later"),
    ("libgmp", "GMP", "LGPL-3.0-or-later OR GPL-2.0-or-later"),
    ("libgnutls", "GnuTLS", "LGPL-2.1-or-later"),
    ("lib(nettle|hogweed)", "Nettle", "LGPL-3.0-or-later OR GPL-2.0-or-later"),
    ("libunistring", "libunistring", "LGPL-3.0-or-later OR GPL-2.0-or-later"),
    ("lib(ssl|crypto)", "OpenSSL", "OpenSSL"),
    ("libdrm", "libdrm", "MIT"),
    ("lib(xcb|Xau)", "X11 libraries", "MIT"),
    ("lib(scipy_)?openblas", "OpenBLAS", "BSD-3-Clause"),
    ("libgfortran", "libgfortran", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ("libquadmath", "libquadmath", "LGPL-2.1-or-later"),
    ("libicu", "ICU", "Unicode-3.0"),
    ("libQt6", "Qt", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"),
)
# Modules of a package itself, and Qt's plugins: they are under the licence of the wheel.
OWN_LIBRARIES: Final = (
    re.compile(r"\.(abi3|cpython-\w+(-\w+)*)\.so$"),
    re.compile(r"^(PySide6|shiboken6)/(Qt/(plugins|qml)/|[^/]+$)"),
    re.compile(r"^(onnxruntime|opentimelineio|_soxr)/"),
)
_STATED: Final = {
    "MIT": "MIT",
    "MIT License": "MIT",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only": (
        "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"
    ),
}
_CLASSIFIED: Final = {"License :: OSI Approved :: MIT License": "MIT"}


def licence_of(package: Distribution) -> str:
    """Return a package's licence as an SPDX expression.

    Raises:
        SystemExit: when it isn't known.
    """
    metadata = package.metadata.json
    if expression := metadata.get("license_expression"):
        return str(expression)
    if stated := _STATED.get(str(metadata.get("license", "")).strip()):
        return stated
    for classifier in metadata.get("classifier", ()):
        if classifier in _CLASSIFIED:
            return _CLASSIFIED[classifier]
    raise SystemExit(f"{metadata['name']}: its licence isn't known; add it to {__name__}.py")
