"""TOML as people send it: size, text and nesting are bounded before the parser sees a byte.

`tomllib` recurses on brackets, grows quadratically on dotted keys and lets Python's integer limit escape as a
ValueError, so a file is scanned once, in linear time, before it is parsed.  Every failure is one sentence of
the error class that the caller names, with the line where it is known.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from cosmodrome.errors import CosmodromeError

MAX_FILE_BYTES = 1 << 20
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
_TWICE = re.compile(r"cannot (?:overwrite a value|declare \(.*\) twice|mutate immutable .*)")
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")


def read_toml(path: Path, error: type[CosmodromeError]) -> dict[str, Any]:
    """The tables of a TOML file of at most 1 MiB; raises `error` in one sentence for anything else."""
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
            data = stream.read(limit + 1)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "unusable name"
        raise error(f"cannot be read ({reason.lower()})", file=path) from problem
    if len(data) > limit:
        raise error(f"is larger than {limit // 1024} KiB, the most that is read", file=path)
    return data


def decode_text(data: bytes, path: Path, error: type[CosmodromeError]) -> str:
    """The bytes as UTF-8 text, a byte-order mark dropped; raises `error` naming the line of a bad byte."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise error("is UTF-16 text; save it as UTF-8", file=path)
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
    return text


def parse_toml(data: bytes, path: Path, error: type[CosmodromeError]) -> dict[str, Any]:
    """The tables of TOML bytes; `path` is only named in messages."""
    text = decode_text(data, path, error).replace("\r\n", "\n")
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
    if _TWICE.match(reason):
        reason = "this name is given twice"
    if where is None or where.group(1) is None:
        return f"ends too early to be valid TOML ({reason})"
    number = int(where.group(1))
    lines = text.split("\n")
    shown = lines[number - 1].strip() if number <= len(lines) else ""
    hint = ""
    after = shown.partition("=")[2].strip()
    if re.match(r"[+-]?\d+,\d", after):
        hint = "; write decimals with a point"
    elif re.match(r"\d{4}-\d", after):
        hint = "; a date-time reads 2027-04-15T02:00:00Z"
    elif re.match(r"[A-Za-z]", after) and "invalid value" in reason:
        hint = "; text needs quotation marks"
    elif "=" not in shown and shown and not shown.startswith("["):
        hint = '; a line reads "key = value"'
    shown = shown if len(shown) <= 50 else f"{shown[:49]}…"
    return f"line {number} is not valid TOML: {reason} in `{shown}`{hint}"
