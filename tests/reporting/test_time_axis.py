"""The time axis: long coasts are shortened, nothing else is."""

import numpy as np
import pytest

from cosmodrome.reporting.record import coasts
from cosmodrome.reporting.time_axis import time_axis


def burn(start, length):
    return {"stage": "last", "t_start_s": start, "duration_s": length}


ASCENT = [burn(0.0, 300.0), burn(298.0, 302.0)]
SPAN = np.array([0.0, 13_000.0])


def test_what_no_burn_covers_is_coast():
    assert coasts(ASCENT, 0.0, 600.0) == []
    assert coasts([*ASCENT, burn(700.0, 100.0)], 0.0, 900.0) == [(600.0, 700.0), (800.0, 900.0)]
    assert coasts([], 0.0, 900.0) == []


def test_a_long_coast_is_shortened_and_the_burns_keep_one_scale():
    axis = time_axis(SPAN, [*ASCENT, burn(12_600.0, 400.0)])
    assert axis.coasts == ((600.0, 12_600.0),)
    ascent, coast, last = np.diff(axis.place([0.0, 600.0, 12_600.0, 13_000.0]))
    assert (ascent, last) == (600.0, 400.0)
    # a fifth of the thousand seconds that are left
    assert coast == pytest.approx(200.0)


def test_an_axis_without_long_coasts_is_time_itself():
    axis = time_axis(np.array([5.0, 900.0]), [*ASCENT, burn(700.0, 200.0)])
    assert axis.coasts == ()
    assert list(axis.place([5.0, 333.0, 900.0])) == [5.0, 333.0, 900.0]


def test_of_two_long_coasts_both_are_shortened():
    burns = [*ASCENT, burn(3000.0, 200.0), burn(12_800.0, 200.0)]
    assert time_axis(SPAN, burns).coasts == ((600.0, 3000.0), (3200.0, 12_800.0))


def test_moment_and_place_are_inverse():
    axis = time_axis(SPAN, [*ASCENT, burn(12_600.0, 400.0)])
    t = np.linspace(0.0, 13_000.0, 27)
    assert axis.moment(axis.place(t)) == pytest.approx(t, abs=1e-9)
