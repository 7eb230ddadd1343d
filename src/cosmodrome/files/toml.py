"""TOML as people send it: size, text and nesting are bounded before the parser sees a byte.

`tomllib` recurses on brackets, grows quadratically on dotted keys and lets Python's integer limit escape as a
ValueError, so a file is scanned once, in linear time, before it is parsed.  Every failure is one sentence of
the error class that the caller names, with the line where it is known.
"""

from __future__ import annotations

import re
import tomllib
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from cosmodrome.errors import CosmodromeError

MAX_FILE_BYTES = 1 << 18  # ten times the longest file of the catalogue; parsing it takes half a second
_PIECE_BYTES = 1 << 16
MAX_NESTING = 16
MAX_KEY_DOTS = 8
MAX_INTEGER_DIGITS = 18
MAX_WORD_LENGTH = 200

_TOKEN = re.compile(
    r'''(?P<string>"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?!"")(?:\\[^\n]|[^"\\\n])*+"|'(?!\'\')[^'\n]*+')'''
    r"""|(?P<comment>\#[^\n]*+)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<line>\n)|(?P<reset>[=,])"""
    r"""|(?P<word>[^\s\[\]{},=\#"']++)|(?P<broken>["'])|(?P<space>[^\S\n]++)""",
    re.DOTALL,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
# How a text of two or four bytes a letter begins: with its mark, or with plain letters; the mark of UTF-32 begins as
# that of UTF-16 does.
_WIDE_TEXTS = {
    "UTF-32": re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff"),
    "UTF-16": re.compile(rb"\xff\xfe|\xfe\xff|(?:[^\0]\0){4}|(?:\0[^\0]){4}"),
}
_WEB_PAGE = re.compile(r"\s*<[!?A-Za-z]")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_TWICE = re.compile(
    r"cannot (?:overwrite a value|declare \(.*\) twice|mutate immutable .*)|duplicate inline table key .*"
)
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_GIVEN_TWICE = "this name is given twice"
_REASONS = {  # what the parser says, in the words of somebody who never wrote one
    "expected newline or end of document after a statement": "something stands behind the value",
    "expected '=' after a key in a key/value pair": "there is no equals sign",
    "invalid statement": "this is no line of it",
}
_HINTS = (  # what stands behind the equals sign of a line that is no TOML, and how to write it; the first match counts
    (r"[+-]?\d+,\d", "write decimals with a point"),
    (r"\d{4}-\d|\d{1,2}[./]\d{1,2}[./]\d{4}", "a day reads 2027-04-15, a date-time 2027-04-15T02:00:00Z"),
    (r"[+\-−]?\.?\d", "a number reads 51.7, -0.5 or 2e5; its unit is in the key"),
    (r"True\b|False\b|TRUE\b|FALSE\b", "true and false are written in small letters"),
    (r"\"[^\"]*\\", "a backslash is written twice, and paths with /"),
    (r"[^\s\"'\[{]", 'text needs quotation marks, as "text"'),
    (r"$", "a value is missing"),
)


def read_toml(path: Path, error: type[CosmodromeError]) -> dict[str, Any]:
    """The tables of a TOML file of at most 256 KiB; raises `error` in one sentence for anything else."""
    return parse_toml(read_bytes(path, error), path, error)


def read_bytes(path: Path, error: type[CosmodromeError], limit: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a regular file not larger than `limit`; raises `error` when missing or unreadable."""
    try:
        if path.is_dir():
            raise error("is a folder, not a file", file=path)
        if not path.exists():
            where = "" if path.parent == Path() else f" in {path.parent}"
            raise error(f"there is no such file{where}; check the name and the folder", file=path)
        if not path.is_file():
            raise error("is not a regular file", file=path)
        with path.open("rb") as stream:
            # in pieces: one large read would take the memory of the limit whatever the file's size
            pieces = iter(partial(stream.read, _PIECE_BYTES), b"")
            data = b"".join(islice(pieces, limit // _PIECE_BYTES + 1))
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "unusable name"
        raise error(f"cannot be read ({reason.lower()})", file=path) from problem
    if len(data) > limit:
        raise error(f"is larger than {limit // 1024} KiB, the most that is read", file=path)
    return data


def decode_text(data: bytes, path: Path, error: type[CosmodromeError]) -> str:
    """The bytes as UTF-8 text, a byte-order mark dropped; raises `error` for what is no text or a web page."""
    for encoding, beginning in _WIDE_TEXTS.items():
        if beginning.match(data):
            raise error(f"is {encoding} text; save it as UTF-8", file=path)
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        if _CONTROL.search(data) is not None:
            raise error("is no text file", file=path) from problem
        line = data.count(b"\n", 0, problem.start) + 1
        raise error(f"line {line} is not UTF-8 text; save the file as UTF-8", file=path) from problem
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise error(f"line {line} holds a zero byte, so this is no text file", file=path)
    if _WEB_PAGE.match(text):
        raise error("is a web page; download the file itself", file=path)
    return text


def parse_toml(data: bytes, path: Path, error: type[CosmodromeError]) -> dict[str, Any]:
    """The tables of TOML bytes; `path` is only named in messages."""
    text = decode_text(data, path, error).replace("\r\n", "\n")
    if lone := _LONE_RETURN.search(text):
        line = text.count("\n", 0, lone.start()) + 1
        raise error(
            f"line {line} ends as on old Macs; save the file with line ends of Unix or Windows", file=path
        )
    _check_bounds(text, path, error)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise error(_syntax_sentence(str(problem), text), file=path) from problem
    except (ValueError, RecursionError, OverflowError) as problem:
        raise error(f"cannot be read as TOML ({problem})", file=path) from problem


def file_beside(text: str, base: Path, key: str, error: type[CosmodromeError]) -> Path:
    """The existing file that `text` names relative to the folder of `base`, links resolved, never outside it.

    Raises `error` for absolute paths, paths that leave the folder (also through a link), and missing files.
    """

    def refuse(reason: str) -> CosmodromeError:
        return error(reason, file=base, key=key, value=text)

    windows = PureWindowsPath(text)
    if PurePosixPath(text).is_absolute() or windows.drive or windows.root or text.startswith("~"):
        raise refuse("is an absolute path; files are named relative to the folder of this one")
    folder = base.parent.resolve()
    try:
        found = (folder / text).resolve()
        inside = found.is_relative_to(folder)
        exists, is_file = found.exists(), found.is_file()
    except (OSError, ValueError, RuntimeError) as problem:
        raise refuse("is no usable file name") from problem
    if not inside:
        raise refuse("leaves the folder of this file; put the file beside it")
    if not exists:
        raise refuse(f"names a file that does not exist in {folder}")
    if not is_file:
        raise refuse("is not a regular file")
    return found


def _check_bounds(text: str, path: Path, error: type[CosmodromeError]) -> None:
    """Raises `error` when brackets, key dots, digits or words exceed what any honest file needs."""
    line, depth, dots = 1, 0, 0
    for token in _TOKEN.finditer(text):
        kind, piece = token.lastgroup, token.group()
        if kind == "broken":
            raise error(f"line {line} opens a quotation mark that is never closed", file=path)
        if kind == "open":
            depth, dots = depth + 1, 0
            if depth > MAX_NESTING:
                raise error(f"line {line} nests brackets deeper than {MAX_NESTING}", file=path)
        elif kind == "close":
            depth, dots = max(0, depth - 1), 0
        elif kind in ("line", "reset"):
            dots = 0
        elif kind == "word":
            dots += piece.count(".")
            if dots > MAX_KEY_DOTS:
                raise error(f"line {line} has a key of more than {MAX_KEY_DOTS} dots", file=path)
            if len(piece) > MAX_WORD_LENGTH:
                raise error(f"line {line} has a word longer than {MAX_WORD_LENGTH} characters", file=path)
            digits = piece.replace("_", "").lstrip("+-")
            if digits.isdigit() and len(digits) > MAX_INTEGER_DIGITS:
                raise error(
                    f"line {line} has an integer of over {MAX_INTEGER_DIGITS} digits; write it as 1.0e20",
                    file=path,
                )
        line += piece.count("\n")


def _syntax_sentence(problem: str, text: str) -> str:
    """The parser's complaint as our sentence, with the line and the usual remedy."""
    where = _POSITION.search(problem)
    reason = _POSITION.sub("", problem).strip().rstrip(".")
    reason = reason[:1].lower() + reason[1:]
    reason = _GIVEN_TWICE if _TWICE.match(reason) else _REASONS.get(reason, reason)
    if where is None or where.group(1) is None:
        return f"ends too early to be valid TOML ({reason})"
    number = int(where.group(1))
    lines = text.split("\n")
    shown = lines[number - 1].strip() if number <= len(lines) else ""
    hint = "" if reason == _GIVEN_TWICE else _hint(shown)
    shown = shown if len(shown) <= 50 else f"{shown[:49]}…"
    return f"line {number} is not valid TOML: {reason} in `{shown}`{hint}"


def _hint(line: str) -> str:
    """How to write a line that the parser refused, behind a semicolon; empty where nothing usual is the matter."""
    if "=" not in line:
        return "" if not line or line.startswith("[") else '; a line reads "key = value"'
    after = line.partition("=")[2].strip()
    return next((f"; {remedy}" for pattern, remedy in _HINTS if re.match(pattern, after)), "")
