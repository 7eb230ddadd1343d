"""Imposed event times against the vehicle that they are for."""

from dataclasses import replace

import pytest

from cosmodrome.catalogue.checks import check_sequence
from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.errors import MissionFileError
from cosmodrome.mission.schema import Mission, Target

MISSION = Mission(name="m", path=None, vehicle="soyuz-2.1b", site="s", target=Target(6.6e6, 0.0))


def test_the_published_sequence_fits_soyuz():
    times = {
        "strap-ons.cutoff_s": 117.7,
        "strap-ons.separation_s": 118.1,
        "core.cutoff_s": 286.4,
        "core.separation_s": 287.6,
        "block-i.ignition_s": 286.2,
        "fairing.release_s": 208.4,
        "aft-skirt.release_s": 300.4,
    }
    check_sequence(replace(MISSION, sequence=times), load_vehicle("soyuz-2.1b"))


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"strapons.cutoff_s": 1.0}, 'did you mean "strap-ons.cutoff_s"'),
        ({"fairing.cutoff_s": 1.0}, "fairing has release_s"),
        ({"core.release_s": 1.0}, "core has ignition_s"),
        ({"core.cutoff_s": 290.0, "core.separation_s": 280.0}, "is not after core.cutoff_s = 290"),
        ({"core.ignition_s": 5.0, "core.cutoff_s": 5.0}, "is not after core.ignition_s = 5"),
        ({"block-i.separation_s": 600.0}, "keeps the payload"),
    ],
)
def test_a_time_that_does_not_fit_is_one_sentence(times, expected):
    with pytest.raises(MissionFileError) as caught:
        check_sequence(replace(MISSION, sequence=times), load_vehicle("soyuz-2.1b"))
    assert expected in str(caught.value)
