"""The packages with music, pinned to the versions that were checked by hand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person read in a copyright file that isn't machine-readable, about all the music.

    Attributes:
        licence: its short name.
        author: who made the music.
        phrases: quotes from the file that say so; if one is missing, the reading is void.
    """

    licence: str
    author: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A Debian package with music.

    Attributes:
        package: its name.
        version: the one that was checked.
        sha256: of its .deb file.
        game: name of the game.
        music: pattern of the music's paths in the package, without sound effects.
        url: home page of the game.
        installed, unpacked: start of a path in the package, and of the same file's path in the
            source package, which a machine-readable copyright file uses.
        reading: of a copyright file that isn't machine-readable.
    """

    package: str
    version: str
    sha256: str
    game: str
    music: str
    url: str
    installed: str = ""
    unpacked: str = ""
    reading: Reading | None = None


def _cho(name: str, version: str, sha256: str, game: str, year: int, page: str) -> Source:
    """Return one of Kenta Cho's games, all of which have the same kind of copyright file."""
    return Source(
        package=f"{name}-data",
        version=version,
        sha256=sha256,
        game=game,
        music=f"usr/share/games/{name}/sounds/*.ogg",
        url=page,
        reading=Reading(
            "BSD-2-Clause",
            "Kenta Cho",
            (
                "Kenta Cho",
                str(year),
                "Redistribution and use in source and binary forms, with or without modification,",
                "2. Redistributions in binary form must reproduce the above copyright notice,",
            ),
        ),
    )


_CHO = "https://www.asahi-net.or.jp/~cs8k-cyu/windows/"

SOURCES = (
    _cho(
        "a7xpg", "0.11.dfsg1-11",
        "7407c74e6160be0db3713d79176f9ba984fcd59437ac8127b60033d6bf44ba6a",
        "A7Xpg", 2003, f"{_CHO}a7xpg_e.html",
    ),
    _cho(
        "gunroar", "0.15.dfsg1-10",
        "d5b0b86f4baef55534d83e77c7a66c91d4c385168fcb19e090553827e282f360",
        "Gunroar", 2005, f"{_CHO}gr_e.html",
    ),
    _cho(
        "mu-cade", "0.11.dfsg1-13",
        "0486ba0460f0d1d7c9d41b44d5209610e000fc2aea8f6bb3d15de7f6f6664bd1",
        "Mu-cade", 2006, f"{_CHO}mcd_e.html",
    ),
    _cho(
        "noiz2sa", "0.51a-13",
        "7e38af552d946eaaf06ab2789c921972bb2bd88f202d48113faf11a30a614223",
        "Noiz2sa", 2002, f"{_CHO}noiz2sa_e.html",
    ),
    _cho(
        "parsec47", "0.2.dfsg1-9",
        "5411a7a186cd06433db14b82b6f90e1f3e2cb345dfaf6f4d0f14dec17de8beff",
        "PARSEC47", 2003, f"{_CHO}p47_e.html",
    ),
    _cho(
        "rrootage", "0.23a-13",
        "790ef886eb9705a9fc8b71069a31c4beab3beb4512603a1b87f90258879e4ccf",
        "rRootage", 2003, f"{_CHO}rr_e.html",
    ),
    _cho(
        "titanion", "0.3.dfsg1-8",
        "8a291c78bbd2b48e932439aefa219243ea72095e5a92cabb69b54af4797e2008",
        "Titanion", 2006, f"{_CHO}ttn_e.html",
    ),
    _cho(
        "torus-trooper", "0.22.dfsg1-13",
        "774d4134f57dd201ae89471b2d3fd1f0b7255dc0ceabcfe0d9e6c3e6b34499aa",
        "Torus Trooper", 2004, f"{_CHO}tt_e.html",
    ),
    _cho(
        "tumiki-fighters", "0.2.dfsg1-10",
        "74eb827adfbe9622d693c4bc1c930ad7a5846242689c34da64c97ba214995fba",
        "Tumiki Fighters", 2004, f"{_CHO}tf_e.html",
    ),
    _cho(
        "val-and-rick", "0.1a.dfsg1-7",
        "95d8606ba7c14e57ebfa7538a0211eb08e55c03c8077fd922cdb91a5c206dd3e",
        "Val & Rick", 2005, f"{_CHO}vr_e.html",
    ),
    Source(
        "funnyboat", "1.5-11",
        "b36fbf72f8ba2590e879a9acb0bcc351f1156b8388a12f5491f3c545ae2efe02",
        "Funny Boat", "usr/share/games/funnyboat/data/*.ogg",
        "https://sourceforge.net/projects/funnyboat/",
        "usr/share/games/funnyboat/", "",
    ),
    Source(
        "gigalomania-data", "1.0+ds1-1.1",
        "09ef1ebb915eaa9110d27043cf9c6092b7ed839a52e8c8fd72bb3c98c6b2ed06",
        "Gigalomania", "usr/share/gigalomania/music/*.ogg",
        "http://gigalomania.sourceforge.net",
        "usr/share/gigalomania/", "",
    ),
    Source(
        "naev-data", "0.8.2-1",
        "a98849cacdfc72779e03ceb68f32af03cb3c3f382ba8b82e3299ef87254b454d",
        "Naev", "usr/share/naev/dat/snd/music/*.ogg",
        "https://github.com/naev/naev",
        "usr/share/naev/", "./",
    ),
)  # fmt: skip
