"""Paths as URLs that editing programs open (RFC 8089), whatever characters the names have."""

import os
from pathlib import PurePath, PureWindowsPath
from urllib.parse import quote


def file_url(path: PurePath, *, host: str = "") -> str:
    """Return an absolute path as a file URL.

    Names may have any bytes: all but letters, digits and `_.-~` are escaped. A path on a Windows
    share names its server.

    Args:
        path: absolute.
        host: of a path on this computer: "localhost", as Premiere writes it, or nothing.
    """
    if isinstance(path, PureWindowsPath):
        return _windows_url(path, host)
    if not path.is_absolute():
        raise ValueError("only an absolute path has a URL")
    return f"file://{host}{quote(os.fsencode(path))}"


def _windows_url(path: PureWindowsPath, host: str) -> str:
    if not path.is_absolute():
        raise ValueError("only an absolute path has a URL")
    # A name of Windows may have half a character of UTF-16.
    text = path.as_posix().encode("utf-8", "surrogatepass")
    if text.startswith(b"//"):
        return f"file:{quote(text)}"
    drive, rest = text[:2].decode("ascii"), text[2:]
    # Premiere escapes the colon where it writes a host, and reads it so.
    colon = "%3a" if host else ":"
    return f"file://{host}/{drive[0]}{colon}{quote(rest)}"
