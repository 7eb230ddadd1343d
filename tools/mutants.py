"""Small slips that may be made in a source file, each as a `Mutant`: the line as it is and as it becomes.

    sign        + for -, - for +, a minus left out           operator    * for /, / for *, * for **
    constant    one more in its last written digit           comparison  its border moved, its answer turned round
    condition   turned round, `and` for `or`                 function    sin for cos, fmin for fmax, ...
    argument    two neighbours exchanged                     call        a root, a bound or a choice left out
    statement   left out: an assignment to what has a value already, a `raise`, an early `return`, a call

Texts, docstrings and annotations stay. One in the last digit (3.986004418e14 becomes 3.986004419e14) is what a
published number must be guarded against; it is less than most slips, so the tests must look close.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

_SIGNS: dict[type[ast.operator], tuple[str, str]] = {ast.Add: ("+", "-"), ast.Sub: ("-", "+")}
_OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.Pow: ("**", "*"),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">=")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<=")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.Is: ("is", ("is not",)),
    ast.IsNot: ("is not", ("is",)),
    ast.In: ("in", ("not in",)),
    ast.NotIn: ("not in", ("in",)),
}
_PAIRS = [("sin", "cos"), ("fmin", "fmax"), ("minimum", "maximum"), ("min", "max"), ("any", "all")]
_FUNCTIONS = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
# which arguments may stand for a call
_LEFT_OUT = {
    **dict.fromkeys(("sqrt", "abs"), (0,)),
    **dict.fromkeys(("fmin", "fmax", "minimum", "maximum"), (0, 1)),
    "where": (1, 2),
}
# their arguments may be exchanged
_SYMMETRIC = {"dot", "fmin", "fmax", "minimum", "maximum", "min", "max"}

Span = tuple[int, int]
Change = tuple[str, Span, str]


@dataclass(frozen=True)
class Mutant:
    """One slip: the function that it is in ("" outside of any), its kind, and the line as it is and as it becomes."""

    function: str
    number: int
    kind: str
    line: str
    becomes: str
    source: bytes = field(repr=False)
    """The whole file with the slip in it."""

    @property
    def slip(self) -> str:
        """What is written for what; it names the mutant within its function."""
        return f"{self.line} -> {self.becomes}"


def mutants_of(source: bytes) -> list[Mutant]:
    """Return every mutant of a Python source, in the order of its lines."""
    return sorted(_Source(source).mutants(), key=lambda mutant: mutant.number)


class _Source:
    """A parsed source and the places of its nodes in bytes."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.size = len(source)
        self.starts = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]

    def mutants(self) -> Iterator[Mutant]:
        """Every mutant, function by function."""
        for node, function in _nodes(ast.parse(self.source), ""):
            for kind, (start, end), after in self.changes(node):
                changed = self.source[:start] + after.encode() + self.source[end:]
                first = self.source.rfind(b"\n", 0, start) + 1
                last = self.source.find(b"\n", end)
                number = self.source.count(b"\n", 0, start) + 1
                line, becomes = self.source[first:last], changed[first : last + len(changed) - self.size]
                yield Mutant(function, number, kind, _in_one_line(line), _in_one_line(becomes), changed)

    def changes(self, node: ast.AST) -> Iterator[Change]:
        match node:
            case ast.BinOp(left, op, right):
                yield from self.operators(type(op), (self.span(left)[1], self.span(right)[0]))
            case ast.AugAssign(target, op, value):
                yield from self.operators(type(op), (self.span(target)[1], self.span(value)[0]))
            case ast.UnaryOp(ast.USub()):
                start = self.span(node)[0]
                yield "sign", (start, start + 1), ""
            case ast.UnaryOp(ast.Not()):
                start = self.span(node)[0]
                yield "condition", (start, start + len("not ")), ""
            case ast.Constant(value) if type(value) in (int, float):
                yield "constant", self.span(node), _one_digit_more(self.text(node))
            case ast.Compare(left, [op], [right]):
                sign, others = _COMPARISONS[type(op)]
                gap = (self.span(left)[1], self.span(right)[0])
                for other in others:
                    yield "comparison", self.found(sign, gap), other
            case ast.BoolOp(op, values):
                word, other = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
                for a, b in pairwise(values):
                    yield "condition", self.found(word, (self.span(a)[1], self.span(b)[0])), other
            case ast.Call():
                yield from self.calls(node)
        if isinstance(node, (ast.If, ast.IfExp)) and not isinstance(node.test, ast.Compare):
            yield "condition", self.span(node.test), f"not ({self.text(node.test)})"
        if isinstance(node, ast.FunctionDef):
            for statement in _needless(node):
                yield "statement", self.span(statement), "pass"

    def operators(self, op: type[ast.operator], gap: Span) -> Iterator[Change]:
        for kind, table in (("sign", _SIGNS), ("operator", _OPERATORS)):
            if op in table:
                yield kind, self.found(table[op][0], gap), table[op][1]

    def calls(self, call: ast.Call) -> Iterator[Change]:
        end = self.span(call.func)[1]
        name = call.func.attr if isinstance(call.func, ast.Attribute) else self.text(call.func)
        if name in _FUNCTIONS:
            yield "function", (end - len(name), end), _FUNCTIONS[name]
        for i in _LEFT_OUT.get(name, ()):
            if i < len(call.args):
                yield "call", self.span(call), f"({self.text(call.args[i])})"
        for a, b in pairwise(call.args):
            if name not in _SYMMETRIC and self.text(a) != self.text(b):
                (start, middle), (later, end) = self.span(a), self.span(b)
                between = self.source[middle:later].decode()
                yield "argument", (start, end), f"{self.text(b)}{between}{self.text(a)}"

    def span(self, node: Any) -> Span:
        """The bytes from the first of a node to the last."""
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self.source[start:end].decode()

    def found(self, word: str, gap: Span) -> Span:
        start = self.source.index(word.encode(), *gap)
        return start, start + len(word.encode())


def _nodes(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    """Every node below with the name of its function, annotations left out."""
    annotations = {id(getattr(node, part, None)) for part in ("annotation", "returns")}
    for child in ast.iter_child_nodes(node):
        if id(child) not in annotations:
            name = child.name if isinstance(child, ast.FunctionDef) else function
            yield child, name
            yield from _nodes(child, name)


def _needless(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    """The statements without which the function can still run to an end."""
    named = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    inside = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    for statement in sorted(inside, key=lambda node: (node.lineno, node.col_offset)):
        match statement:
            case ast.AugAssign() | ast.Raise() | ast.Expr(ast.Call()):
                yield statement
            case ast.Return() if statement is not function.body[-1]:
                yield statement
            case ast.Assign(targets):
                parts = [part for target in targets for part in ast.walk(target)]
                stored = [part for part in parts if isinstance(getattr(part, "ctx", None), ast.Store)]
                names = {part.id for part in stored if isinstance(part, ast.Name)}
                if names <= named:
                    yield statement
                named |= names


def _one_digit_more(number: str) -> str:
    """The number with its last written digit one more; the zero of "86000.0" is not one."""
    value = Decimal(number)
    if "e" not in number.lower() and value == value.to_integral_value():
        value = value.quantize(Decimal(1))
    more = value + Decimal((0, (1,), int(value.as_tuple().exponent)))
    return str(more) if number.isdigit() else repr(float(more))


def _in_one_line(text: bytes) -> str:
    return " ".join(text.decode().split())
