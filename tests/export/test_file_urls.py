import os
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import unquote_to_bytes

import pytest

from engine.export.file_urls import file_url


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/clips/a.mov", "file:///clips/a.mov"),
        ("/a b/ü.mov", "file:///a%20b/%C3%BC.mov"),
        ("/100% #1 &'q.mov", "file:///100%25%20%231%20%26%27q.mov"),
        ('/a"b?c;d=e,f.mov', "file:///a%22b%3Fc%3Bd%3De%2Cf.mov"),
        ("/new\nline\t.mov", "file:///new%0Aline%09.mov"),
        ("/a\\b:c.mov", "file:///a%5Cb%3Ac.mov"),
        ("/~user/a_b-c.mov", "file:///~user/a_b-c.mov"),
    ],
)
def test_names_are_escaped(path: str, url: str) -> None:
    assert file_url(PurePosixPath(path)) == url
    assert file_url(PurePosixPath(path), host="localhost") == url.replace(
        "file://", "file://localhost"
    )


def test_any_bytes_lead_back_to_the_file() -> None:
    # All bytes that a name may have: neither zero nor a slash.
    name = bytes(number for number in range(1, 256) if number != ord("/"))
    url = file_url(PurePosixPath("/clips") / os.fsdecode(name))
    assert url.isascii() and url.isprintable() and " " not in url
    assert not set(url) & set("\"'<>&#?%") - {"%"}
    assert unquote_to_bytes(url.removeprefix("file://")) == b"/clips/" + name


@pytest.mark.parametrize(
    ("path", "url", "with_host"),
    [
        (
            r"C:\Clips\a b.mov",
            "file:///C:/Clips/a%20b.mov",
            "file://localhost/C%3a/Clips/a%20b.mov",
        ),
        (r"d:\50%\#1.mov", "file:///d:/50%25/%231.mov", "file://localhost/d%3a/50%25/%231.mov"),
        ("C:/ü/a.mov", "file:///C:/%C3%BC/a.mov", "file://localhost/C%3a/%C3%BC/a.mov"),
        (
            r"\\server\share\a b.mov",
            "file://server/share/a%20b.mov",
            "file://server/share/a%20b.mov",
        ),
        ("C:\\\ud800.mov", "file:///C:/%ED%A0%80.mov", "file://localhost/C%3a/%ED%A0%80.mov"),
    ],
)
def test_drives_and_shares_of_windows(path: str, url: str, with_host: str) -> None:
    assert file_url(PureWindowsPath(path)) == url
    assert file_url(PureWindowsPath(path), host="localhost") == with_host


@pytest.mark.parametrize(
    "path", [PurePosixPath("a.mov"), PureWindowsPath("a.mov"), PureWindowsPath(r"\a.mov")]
)
def test_only_absolute_paths_have_urls(path: PurePosixPath | PureWindowsPath) -> None:
    with pytest.raises(ValueError, match="absolute"):
        file_url(path)
