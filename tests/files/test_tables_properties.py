"""Whatever table is written, in whatever units, order and dress, is read back as what it says."""

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosmodrome.errors import VehicleFileError
from cosmodrome.files.tables import (
    BOUNDS,
    read_atmosphere_table,
    read_attitude_table,
    read_coefficients,
    read_wind_table,
)
from cosmodrome.files.units import quantity

thorough = settings(max_examples=40, deadline=None, derandomize=True)

# kind: its reader, the column of its knots, the others
KINDS = {
    "wind": (read_wind_table, "altitude_m", ("wind_east_m_s", "wind_north_m_s")),
    "attitude": (read_attitude_table, "t_s", ("pitch_rad", "azimuth_rad")),
    "atmosphere": (read_atmosphere_table, "altitude_m", ("temperature_k", "pressure_pa", "density_kg_m3")),
}
# what may stand beside numbers and mean nothing
DRESS = st.sampled_from(["", "\n", "# a remark, with a comma\n", "   \n", "\n#\n"])
BLANKS = st.sampled_from(["", " ", "  "])


def within(name):
    """Numbers that a column may hold, off the bounds by what a change of units rounds."""
    low, high = BOUNDS[name]
    if low > 0.0:
        return st.floats(math.log(low) + 1e-9, math.log(high) - 0.2).map(math.exp)
    return st.floats(low, high).map(lambda x: (1.0 - 1e-12) * x)


@st.composite
def tables(draw, kind):
    """The columns (n,) of a table in SI by name: knots that rise by a metre or a second and more."""
    _, knots, others = KINDS[kind]
    n = draw(st.integers(2, 12))
    steps = draw(st.lists(st.floats(1.0, 5e3), min_size=n, max_size=n))
    columns = {knots: draw(st.floats(-9e3, 1e5)) + np.cumsum(steps)}
    for name in others:
        columns[name] = np.array(draw(st.lists(within(name), min_size=n, max_size=n)))
    if "density_kg_m3" in columns:
        # the air must fall toward its top, and not below the least that may be written
        thinning = 1.0 - 1e-3 * np.arange(n)
        columns["density_kg_m3"] = 1.1 * np.sort(columns["density_kg_m3"])[::-1] * thinning
    return columns


@st.composite
def written(draw, columns):
    """A text that says these columns: any order, any unit, blanks, empty lines and remarks."""
    names = draw(st.permutations(list(columns)))
    keys = {name: draw(st.sampled_from(sorted(quantity(name).keys.items()))) for name in names}
    blank = draw(BLANKS)
    lines = [",".join(f"{blank}{keys[name][0]}{blank}" for name in names)]
    for i in range(len(columns[names[0]])):
        cells = (columns[name][i] / keys[name][1] for name in names)
        lines.append(draw(DRESS) + ",".join(f"{blank}{float(cell)!r}" for cell in cells))
    return draw(DRESS) + "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


def read(reader, text, *rest):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(text.encode())
        return reader(path, VehicleFileError, *rest)


@pytest.mark.parametrize("kind", KINDS)
@thorough
@given(data=st.data())
def test_any_table_is_read_back_from_any_way_to_write_it(kind, data):
    columns = data.draw(tables(kind))
    found = read(KINDS[kind][0], data.draw(written(columns)))
    assert set(found) == set(columns)
    for name, values in columns.items():
        # a division and a multiplication by the factor of a unit
        assert found[name] == pytest.approx(values, rel=1e-15), name


@pytest.mark.parametrize("kind", KINDS)
@thorough
@given(data=st.data())
def test_in_si_every_bit_is_read_back(kind, data):
    columns = data.draw(tables(kind))
    rows = zip(*columns.values(), strict=True)
    text = "\n".join([",".join(columns), *(",".join(repr(float(x)) for x in row) for row in rows)])
    found = read(KINDS[kind][0], text)
    for name, values in columns.items():
        assert np.array_equal(found[name], values), name


@pytest.mark.parametrize("kind", KINDS)
@thorough
@given(data=st.data())
def test_the_ends_of_lines_of_any_system_say_the_same(kind, data):
    text = data.draw(written(data.draw(tables(kind))))
    here, there = (read(KINDS[kind][0], text.replace("\n", end)) for end in ("\n", "\r\n"))
    assert all(np.array_equal(here[name], there[name]) for name in here)


@st.composite
def coefficients(draw):
    """mach (m,), alpha (k,) deg, coefficients along and across (m, k)."""
    m, k = draw(st.integers(2, 6)), draw(st.integers(1, 5))
    mach = np.cumsum(draw(st.lists(st.floats(1e-3, 3.0), min_size=m, max_size=m)))
    alpha = np.cumsum(draw(st.lists(st.floats(1e-3, 30.0), min_size=k, max_size=k))) - draw(
        st.floats(0.0, 20.0)
    )
    grid = st.lists(st.lists(st.floats(0.0, 100.0), min_size=k, max_size=k), min_size=m, max_size=m)
    return mach, alpha, np.array(draw(grid)), np.array(draw(grid))


@pytest.mark.parametrize(("axes", "names"), [("wind", ("cd", "cl")), ("body", ("ca", "cn"))])
@thorough
@given(coefficients())
def test_any_grid_of_coefficients_is_read_back_as_it_was_laid_out(axes, names, grid):
    mach, alpha, along, across = grid
    rows = [
        f"{m!r},{a!r},{c!r},{d!r}"
        for m, cs, ds in zip(*(x.tolist() for x in (mach, along, across)), strict=True)
        for a, c, d in zip(alpha.tolist(), cs, ds, strict=True)
    ]
    text = "\n".join([f"mach,alpha_deg,{names[0]},{names[1]}", *rows])
    found = read(read_coefficients, text, axes)
    assert np.array_equal(found[0], mach)
    assert found[1] == pytest.approx(np.radians(alpha), rel=1e-15)
    assert np.array_equal(found[2], along) and np.array_equal(found[3], across)
