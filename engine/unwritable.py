"""What to do about a file that can't be written, by the reason that the system gives."""

import errno

from engine.translation import tr

# A file may also be too large for the kind of its drive.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def reason_of(error: BaseException) -> str:
    """Return why a file can't be written, from an error or from what caused it."""
    cause = _system_error(error)
    return str(error) if cause is None else cause.strerror or str(cause)


def data_remedy(error: BaseException) -> str:
    """Return what to do where Soundbed's own files can't be written.

    Args:
        error: the system's, or one that it caused.
    """
    cause = _system_error(error)
    if cause is not None and cause.errno in _FULL:
        return tr("Free some space on its drive.")
    if cause is not None and cause.errno in _FORBIDDEN:
        return tr("Make its folder writable.")
    return tr("Check that its drive works and has free space.")


def export_remedy(error: OSError) -> str:
    """Return what to do where a file can't be written into a folder that the user chose."""
    if error.errno in _FULL:
        return tr("Free some space or choose another folder.")
    if error.errno in _FORBIDDEN:
        return tr("Make its folder writable or choose another one.")
    if error.errno == errno.EIO:
        return tr("Check that its drive works, or choose another folder.")
    return tr("Choose another folder or name.")


def _system_error(error: BaseException | None) -> OSError | None:
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__
    return error
