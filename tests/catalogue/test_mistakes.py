"""The mistakes of a first day with a vehicle file: each is one sentence that says what to do."""

import pytest

from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.errors import VehicleFileError
from tests.catalogue.launchers import LAUNCHER, write_rocket

MISTAKES = {
    "another format": ("vehicle/1", "vehicle/9", "format = "),
    "typo in a key": (
        "dry_mass_kg = 5000",
        "dry_mas_kg = 5000",
        "first.dry_mas_kg is not a known key; did you mean",
    ),
    "missing unit": ("dry_mass_kg = 5000", "dry_mass = 5000", "first.dry_mass needs its unit"),
    "negative mass": (
        "dry_mass_kg = 5000",
        "dry_mass_kg = -5000",
        "first.dry_mass_kg = -5000 must be above 0 kg",
    ),
    "mass not a number": ("dry_mass_kg = 5000", "dry_mass_kg = nan", "must be a finite number"),
    "no propellant": ("propellant_mass_kg = 90000", "propellant_mass_kg = 0", "must be above 0 kg"),
    "no dry mass": ("dry_mass_kg = 5000\n", "", "first.dry_mass_kg is missing"),
    "residual above load": (
        "propellant_mass_kg = 90000",
        "propellant_mass_kg = 90000\nresidual_mass_kg = 95000",
        "leaves nothing",
    ),
    "no engine": ("engine = { thrust_vacuum_kn = 250, isp_vacuum_s = 340 }", "", "second.engine is missing"),
    "no flow": (", isp_vacuum_s = 340", "", "second.engine has no flow; give one of"),
    "thrust in newtons as kilonewtons": (
        "thrust_vacuum_kn = 250",
        "thrust_vacuum_n = 250, mass_flow_kg_s = 75",
        "means a flow of 0.0749791 kg/s",
    ),
    "thrusts swapped": (
        "thrust_vacuum_kn = 1600",
        "thrust_vacuum_kn = 1400",
        "is above thrust_vacuum_kn = 1400",
    ),
    "flow and impulse disagree": (
        "isp_vacuum_s = 310",
        "isp_vacuum_s = 310, mass_flow_kg_s = 550",
        "first.engine.isp_vacuum_s means a flow of 526.305 kg/s, but mass_flow_kg_s means 550 kg/s",
    ),
    "burn time and impulse disagree": (
        "isp_vacuum_s = 310",
        "isp_vacuum_s = 310, burn_time_s = 150",
        "but burn_time_s means 600 kg/s",
    ),
    "area and sea-level thrust disagree": (
        "isp_vacuum_s = 310",
        "isp_vacuum_s = 310, exit_area_m2 = 3",
        "exit_area_m2 makes it 1.29602e+06 N",
    ),
    "masses do not add up": (
        "dry_mass_kg = 5000",
        "dry_mass_kg = 5000\ngross_mass_kg = 97000",
        "first.gross_mass_kg = 97000, but dry_mass_kg + propellant_mass_kg = 95000 kg",
    ),
    "more than the tanks hold": (
        "dry_mass_kg = 1500",
        "dry_mass_kg = 1500\ntank_capacity_kg = 18000",
        "tanks hold 18000",
    ),
    "burns longer than it can": (
        'cutoff = { rule = "depletion" }',
        'cutoff = { rule = "time", burn_time_s = 200 }',
        "first.cutoff.burn_time_s = 200 needs 105261 kg of propellant, but 90000 kg can be used",
    ),
    "stops long before it is empty": (
        'cutoff = { rule = "depletion" }',
        'cutoff = { rule = "time", burn_time_s = 150 }',
        "first.cutoff.burn_time_s = 150 burns 78945.8 kg of propellant, but 90000 kg can be used",
    ),
    "sea-level thrust and impulse disagree": (
        "isp_vacuum_s = 310",
        "isp_vacuum_s = 310, isp_sea_level_s = 255",
        "first.engine.isp_sea_level_s = 255, but sea-level thrust 1.45e+06 N / (g0 flow) = 280.937 s",
    ),
    "all dry": ("dry_mass_kg = 1500", "dry_mass_kg = 500000", "% of dry_mass_kg + propellant_mass_kg"),
    "unknown role": ('role = "core"', 'role = "cor"', 'did you mean "core"'),
    "unknown rule": ('rule = "command"', 'rule = "comand"', 'did you mean "command"'),
    "rule without time": ('rule = "depletion"', 'rule = "time"', "first.cutoff.burn_time_s is missing"),
    "time without rule": (
        'rule = "depletion"',
        'rule = "depletion", burn_time_s = 5',
        "has no effect with rule",
    ),
    "burns swapped": ('rule = "command"', 'rule = "command", min_burn_s = 9, max_burn_s = 5', "swap them"),
    "no cutoff": ('cutoff = { rule = "depletion" }\n', "", "first.cutoff is missing; write"),
    "no ignition": ('ignition = { event = "liftoff" }\n', "", "first.ignition is missing; write"),
    "event a typo": ('event = "first.cutoff"', 'event = "first.cutof"', "is no event"),
    "event of nobody": ('event = "first.cutoff"', 'event = "frist.cutoff"', 'did you mean "first.cutoff"'),
    "nothing lifts off": ('event = "liftoff"', 'event = "second.cutoff"', "nothing would lift it"),
    "before lift-off": ('event = "liftoff"', 'event = "liftoff", delay_s = -3', "pad_burn_s"),
    "waits for itself": (
        'event = "first.cutoff", delay_s = 1',
        'event = "second.ignition"',
        "waits for itself",
    ),
    "dropped while burning": (
        '"first.cutoff", delay_s = 1',
        '"first.cutoff", delay_s = -1',
        "before its own cut-off",
    ),
    "no separation": (
        'separation = { event = "first.cutoff", delay_s = 1 }\n',
        "",
        "first.separation is missing",
    ),
    "two of one id": ('id = "second"', 'id = "first"', "is used twice"),
    "an id with spaces": ('id = "second"', 'id = "second stage"', "is no id"),
    "half a unit": ('role = "core"', 'role = "core"\ncount = 2.5', "must be a whole number"),
    "body of nobody": (
        'in_dry_mass_of = "second"',
        'in_dry_mass_of = "third"',
        "is no stage here; allowed: first, second",
    ),
    "body heavier than its stage": (
        "mass_kg = 100\n",
        "mass_kg = 1600\n",
        "does not cover the bodies counted in it",
    ),
    "two releases": (
        'release = { event = "first.separation"',
        'release = { rule = "heat-flux", event = "first.separation"',
        "give exactly one of rule, event",
    ),
    "drag in another unit": ("drag_coefficient = 0.4\n", "drag_coefficient = 4e5\n", "must be at most 100"),
    "no drag": ("drag_coefficient = 0.4\n", "", "lacks the drag"),
    "two drags": (
        "drag_coefficient = 0.4\n",
        'drag_coefficient = 0.4\ndrag_table = "drag.csv"\n',
        "gives the drag 2 times",
    ),
    "drag table missing": ('"drag.csv"', '"drags.csv"', "does not exist"),
    "drag table elsewhere": ('"drag.csv"', '"../drag.csv"', "leaves the folder"),
    "aero ends early": (
        "reference_area_m2 = 8",
        'until = "second.cutoff"\nreference_area_m2 = 8',
        "ends the last",
    ),
    "aero never ends": ('until = "first.separation"\n', "", "aero[1].until is missing"),
    "aero until a typo": ('until = "first.separation"', 'until = "first.separated"', "is no event"),
    "reserve above load": ("guidance_reserve_kg = 10", "guidance_reserve_kg = 21000", "leaves nothing"),
    "throttle rows reversed": (
        "isp_vacuum_s = 310",
        "isp_vacuum_s = 310, throttle_profile = [[50, 1], [10, 0.8]]",
        "times rising",
    ),
    "throttle in percent": (
        "isp_vacuum_s = 310",
        "isp_vacuum_s = 310, throttle_profile = [[50, 81]]",
        "k is from 0 to",
    ),
    "two throttles": (
        "isp_vacuum_s = 310",
        "isp_vacuum_s = 310, throttle_min = 0.5, throttle_profile = [[50, 1]]",
        "keep one",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence_with_its_remedy(tmp_path, name):
    old, new, expected = MISTAKES[name]
    assert old in LAUNCHER
    path = write_rocket(tmp_path, LAUNCHER.replace(old, new, 1))
    with pytest.raises(VehicleFileError) as caught:
        load_vehicle(path)
    sentence = str(caught.value)
    assert expected in sentence
    assert sentence.startswith("rocket.toml: ")
    assert "\n" not in sentence


def test_an_acknowledged_disagreement_is_listed_as_an_assumption(tmp_path):
    text = LAUNCHER.replace(
        "dry_mass_kg = 5000", 'dry_mass_kg = 5000\ngross_mass_kg = 97000\naccept = "two manuals"'
    )
    vehicle = load_vehicle(write_rocket(tmp_path, text))
    assert any("97000" in line and "95000" in line and "two manuals" in line for line in vehicle.assumptions)


def test_a_disagreement_within_one_percent_passes(tmp_path):
    text = LAUNCHER.replace("dry_mass_kg = 5000", "dry_mass_kg = 5000\ngross_mass_kg = 95900")
    assert load_vehicle(write_rocket(tmp_path, text)).stage("first").dry_mass_kg == 5000.0
