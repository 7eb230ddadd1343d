"""Vectors of three scalars as tuples: the few operations that equations need."""

from cosmodrome.physics.equation import equation, sqrt


@equation
def dot(a, b):
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@equation
def cross(a, b):
    """Vector product a x b."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@equation
def scaled(k, a):
    """k times the vector a."""
    return (k * a[0], k * a[1], k * a[2])


@equation
def subtracted(a, b):
    """a - b."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


@equation
def norm(a):
    """Length of a vector; its gradient is not finite at zero (see `floored_norm`)."""
    return sqrt(dot(a, a))


@equation
def floored_norm(a, floor):
    """sqrt(|a|^2 + floor^2): the length of a vector that may vanish, with a finite gradient there."""
    return sqrt(dot(a, a) + floor * floor)
