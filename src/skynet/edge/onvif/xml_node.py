"""XML from a device, read as if it meant harm and forgiven what devices really get wrong.

No document type, no entity of its own, nothing fetched, no more than so many bytes and so deep. Elements are known by
their local names: devices declare prefixes wrongly, or not at all. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from skynet.edge.onvif.camera_error import StrangeAnswerError
from skynet.edge.onvif.plain_text import plain_text

MAX_BYTES = 4 << 20
MAX_DEPTH = 64
MAX_ELEMENTS = 200_000
_FORBIDDEN = re.compile(rb"<!\s*(doctype|entity)", re.IGNORECASE)
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_TAG = re.compile(rb"<[A-Za-z_][^<>=]*=[^<>]*>")
_BARE = re.compile(rb"""([\s"'][A-Za-z_][\w.:-]*)=([^\s"'<>/][^\s"'<>]*?)(?=\s|/?>)""")
_DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*\?>")


class XmlNode:
    """One element. Names are local names; a path that leads nowhere gives None, or an empty text."""

    __slots__ = ("_element",)

    def __init__(self, element: etree._Element) -> None:
        self._element = element

    @property
    def name(self) -> str:
        return _local(self._element.tag)

    @property
    def xml(self) -> str:
        """The element as it came, fit to be put into another document."""
        return etree.tostring(self._element, encoding="unicode", with_tail=False)

    def children(self, name: str = "") -> list[XmlNode]:
        """Those called `name`, or all."""
        found = [XmlNode(child) for child in self._element if isinstance(child.tag, str)]
        return [child for child in found if child.name == name] if name else found

    def child(self, *path: str) -> XmlNode | None:
        """The first child called `path[0]`, the first of its children called `path[1]`, and so on."""
        here: XmlNode = self
        for name in path:
            inner = here.children(name)
            if not inner:
                return None
            here = inner[0]
        return here

    def walk(self, name: str) -> Iterator[XmlNode]:
        """All descendants called `name`, in the order of the document."""
        for element in self._element.iterdescendants():
            if isinstance(element.tag, str) and _local(element.tag) == name:
                yield XmlNode(element)

    def text(self, *path: str, limit: int = 2048) -> str:
        """The text at `path`, fit to be shown on one line."""
        node = self.child(*path)
        return plain_text(node._element.text, limit) if node else ""

    def number(self, *path: str) -> float | None:
        try:
            value = float(self.text(*path))
        except ValueError:
            return None
        return value if abs(value) < 1e15 else None  # leaves out what is infinite or no number, too

    def attribute(self, name: str, limit: int = 256) -> str:
        for key, value in self._element.attrib.items():
            if _local(str(key)) == name:
                return plain_text(str(value), limit)
        return ""


def read_xml(content: bytes) -> tuple[XmlNode, bool]:
    """The root of `content`, and whether it had to be mended first. Raises StrangeAnswerError."""
    if len(content) > MAX_BYTES:
        raise StrangeAnswerError(f"the answer is larger than {MAX_BYTES >> 20} MiB")
    flat = content.replace(b"\0", b"")  # UTF-16 and UTF-32 hide nothing in this way
    if _HTML.search(flat[:4096]):
        raise StrangeAnswerError("answered with a web page (HTML) and not with SOAP; is this the ONVIF address?")
    if not flat.strip():
        raise StrangeAnswerError("the answer is empty")
    if _FORBIDDEN.search(flat):
        raise StrangeAnswerError("the answer holds a document type or entities, which are not read")
    root = _parsed(content, recover=False)
    if root is not None:
        return _bounded(root), False
    start = content[max(content.find(b"<"), 0) :]  # some say a word, or end a line, before they begin
    mended = _DECLARATION.sub(b"", _TAG.sub(lambda tag: _BARE.sub(rb'\1="\2"', tag[0]), start))
    root = _parsed(mended, recover=True)
    if root is None:
        raise StrangeAnswerError("the answer is no XML")
    return _bounded(root), True


def _parsed(content: bytes, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    try:
        root: etree._Element | None = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or not isinstance(root.tag, str):
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        raise StrangeAnswerError("the answer holds a document type, which is not read")
    return root


def _bounded(root: etree._Element) -> XmlNode:
    depth = elements = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > MAX_DEPTH:
            raise StrangeAnswerError(f"the answer is nested more than {MAX_DEPTH} deep")
        if elements > MAX_ELEMENTS:
            raise StrangeAnswerError(f"the answer holds more than {MAX_ELEMENTS:,} elements")
    return XmlNode(root)


def _local(tag: str | bytes | bytearray | etree.QName) -> str:
    return str(tag).rpartition("}")[2].rpartition(":")[2]
