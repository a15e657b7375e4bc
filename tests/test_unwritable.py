import errno
import os

import pytest

from engine.errors import ExportError
from engine.unwritable import data_remedy, export_remedy, reason_of


@pytest.mark.parametrize(
    ("name", "of_data", "of_export"),
    [
        ("ENOSPC", "Free some space", "Free some space"),
        ("EDQUOT", "Free some space", "Free some space"),
        ("EACCES", "folder writable", "folder writable"),
        ("EROFS", "folder writable", "folder writable"),
        ("EIO", "drive works", "drive works"),
        ("ENAMETOOLONG", "drive works", "another folder or name"),
    ],
)
def test_the_advice_fits_the_reason(name: str, of_data: str, of_export: str) -> None:
    code = getattr(errno, name)
    error = OSError(code, os.strerror(code))
    assert of_data in data_remedy(error)
    assert of_export in export_remedy(error)


def test_the_reason_is_that_of_the_cause() -> None:
    error = ExportError("the file can't be written.", path="a.wav")
    assert reason_of(error) == "a.wav: the file can't be written."
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device", "a.wav")
    assert reason_of(error) == "No space left on device"
    assert "Free some space" in data_remedy(error)
    assert reason_of(OSError("odd")) == "odd"
