"""XML to the few trees that a reader wants, one at a time: no document type, no entities, bounded depth, size and text."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from farthing.connections.files.model import FIELD_CHARS_MAX
from farthing.core.errors import Rejected, TooLarge

DEPTH_MAX = 40  # camt goes 12 deep
NODES_MAX = 5_000_000
_KEPT_NODES_MAX = 200_000
_CHUNK_CHARS = 1 << 20


class Node:
    """An element without its namespace: what it holds, in order."""

    __slots__ = ("attributes", "children", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node] = []
        self.text = ""

    def all(self, path: str) -> list[Node]:
        """Every element at `A/B/C` below this one."""
        found = [self]
        for tag in path.split("/"):
            found = [child for one in found for child in one.children if child.tag == tag]
        return found

    def first(self, *paths: str) -> str:
        """The text of the first of these paths that has any."""
        for path in paths:
            for node in self.all(path):
                if node.text:
                    return node.text
        return ""


def walk(text: str, wanted: dict[str, Callable[[Node], None]], *, opened: Callable[[str], None]) -> None:
    """Hand every outermost element named in `wanted` over as a tree and forget it; `opened` hears the tags outside of those.

    Raises Rejected (`bad_xml` with the place, `xml_definitions`, `xml_too_deep`), TooLarge.
    """
    parser = expat.ParserCreate()
    state = _Walk(wanted, opened, parser)
    parser.StartElementHandler = state.start
    parser.EndElementHandler = state.end
    parser.CharacterDataHandler = state.characters
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = _refuse_definitions
    parser.ExternalEntityRefHandler = _refuse_definitions
    parser.buffer_text = True
    try:
        for start in range(0, len(text), _CHUNK_CHARS):
            parser.Parse(text[start : start + _CHUNK_CHARS], False)
        parser.Parse("", True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise Rejected("bad_xml", f"this XML is broken in line {error.lineno}: {what}; it may be cut off", field="file") from error


def _refuse_definitions(*_: object) -> int:
    raise Rejected("xml_definitions", "this XML brings definitions of its own, which no bank's statement needs", field="file")


class _Walk:
    def __init__(self, wanted: dict[str, Callable[[Node], None]], opened: Callable[[str], None], parser: expat.XMLParserType) -> None:
        self.wanted = wanted
        self.opened = opened
        self.parser = parser
        self.open: list[Node] = []
        self.depth = self.nodes = self.kept = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.nodes += 1
        if self.depth > DEPTH_MAX:
            raise Rejected("xml_too_deep", f"this XML is nested more than {DEPTH_MAX} deep", field="file")
        if self.nodes > NODES_MAX:
            raise TooLarge("too_many_elements", f"an XML file may have {NODES_MAX:,} elements", field="file")
        tag = name.rpartition(":")[2]
        if not self.open and tag not in self.wanted:
            self.opened(tag)
            return
        self.kept = self.kept + 1 if self.open else 1
        if self.kept > _KEPT_NODES_MAX:
            raise TooLarge("too_many_elements", f"one entry may have {_KEPT_NODES_MAX:,} elements", field="file")
        node = Node(tag, attributes)
        if self.open:
            self.open[-1].children.append(node)
        self.open.append(node)

    def characters(self, text: str) -> None:
        if self.open:
            node = self.open[-1]
            node.text += text
            if len(node.text) > FIELD_CHARS_MAX:
                raise TooLarge("field_too_long", f"a field may have {FIELD_CHARS_MAX // 1024} kB", field=node.tag)

    def end(self, _: str) -> None:
        self.depth -= 1
        if not self.open:
            return
        node = self.open.pop()
        node.text = node.text.strip()
        if not self.open:
            self.wanted[node.tag](node)
