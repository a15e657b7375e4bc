"""Text from files, made fit for any format."""


def one_line(text: str) -> str:
    """Return text as UTF-8 can hold it, on one line and without control characters."""
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else " " for c in encodable).strip()
