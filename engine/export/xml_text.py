"""XML elements with few words, and documents of them."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET


def add(parent: ET.Element, tag: str, text: object = None, **attributes: object) -> ET.Element:
    """Add an element with text and attributes, and return it."""
    element = ET.SubElement(parent, tag, {name: str(value) for name, value in attributes.items()})
    if text is not None:
        element.text = str(text)
    return element


def add_all(parent: ET.Element, texts: Mapping[str, object]) -> None:
    """Add an element for each tag, with its text."""
    for tag, text in texts.items():
        add(parent, tag, text)


def document(root: ET.Element) -> str:
    """Return a document, with its type, indented."""
    ET.indent(root)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {root.tag}>\n'
    return head + ET.tostring(root, encoding="unicode") + "\n"
