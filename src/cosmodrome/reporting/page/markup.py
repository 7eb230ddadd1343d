"""HTML and SVG by functions: what is not `Markup` is text, and is escaped where it enters an element.

There is no other way in: names from files, sources and assumptions cannot become markup, whatever they hold.
"""

import html
import json
import re
from collections.abc import Iterable
from typing import Any, TypeAlias

# Never shown, and not allowed in HTML: control characters, halves of surrogate pairs, non-characters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_VOID = frozenset({"br", "col", "input", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"


def escaped(text: str) -> Markup:
    """The text as it reads, in a form that is safe between tags and in quoted attributes."""
    return Markup(html.escape(_UNFIT.sub("\ufffd", text), quote=True))


def el(tag: str, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element: children one after the other (None is nothing), attributes by name (`class_`, `aria_label`).

    An attribute that is None or False is left out, one that is True stands without a value.
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Markup(f"<{tag}{written}>")
    return Markup(f"<{tag}{written}>{joined(children)}</{tag}>")


def joined(children: Iterable[Child]) -> Markup:
    """The children one after the other."""
    return Markup("".join(_content(child) for child in children))


def key_text(key: str) -> Markup:
    """A dotted key, which may break between its words only."""
    pieces = re.split(r"(?<=[._])", key)
    return el("code", Markup("<wbr>".join(escaped(piece) for piece in pieces)))


def code_element(tag: str, code: str, **attributes: str | None) -> Markup:
    """A script or style element with our own code, which is written as it is."""
    if f"</{tag}" in code.lower():
        raise ValueError(f"the code would end its own {tag} element")
    return Markup(
        f"<{tag}{''.join(_attribute(name, value) for name, value in attributes.items())}>{code}</{tag}>"
    )


def data_element(identifier: str, data: Any) -> Markup:
    """A block of JSON that no parser can take for markup: `<`, `>` and `&` are written as escapes, all is ASCII."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return code_element("script", text, type="application/json", id=identifier)


def _content(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    return escaped(child) if isinstance(child, str) else joined(child)


def _attribute(name: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'
