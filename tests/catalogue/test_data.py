"""The catalogue's own data: closure of published masses (case V01), sources on every number, tables that behave.

A trap is a number that is widely copied and wrong: the cross-checks must refuse it in the catalogue's own file.

Reference figures: CSG = Arianespace, Soyuz at the Guiana Space Centre User's Manual, Issue 2 (2012), 2.1 (2018);
ST01 = Starsem, Soyuz User's Manual ST-GTD-SUM-01 Issue 3 (2001).
"""

import math
import shutil

import numpy as np
import pytest

from cosmodrome.catalogue.load import (
    catalogue_combinations,
    catalogue_ids,
    data_folder,
    load_site,
    load_vehicle,
)
from cosmodrome.errors import VehicleFileError
from cosmodrome.physics.constants import G0

SOYUZ = ("soyuz-2.1a", "soyuz-2.1b")
# What flew, with its payload in kg: Meteor-M and MetOp to 820 km, Luna-25, and the flights from Kourou.
WITH_FREGAT = {
    "soyuz-2.1a/fregat": 4090.0,
    "soyuz-2.1b/fregat": 2780.0,
    "soyuz-2.1b/fregat-m": 1750.0,
    "soyuz-st-a/fregat": 2190.0,
    "soyuz-st-a/fregat-m": 2225.0,
    "soyuz-st-b/fregat": 5495.0,
    "soyuz-st-b/fregat-m": 4084.0,
    "soyuz-st-b/fregat-mt": 1600.0,
}
ALONE = {"soyuz-2.1a": 7430.0, "soyuz-2.1b": 8250.0}
CLOSURE = 0.005  # case V01: mass sums agree to 0.5 %


@pytest.mark.parametrize("name", SOYUZ)
def test_gross_masses_of_soyuz_close_on_the_users_manual(name):
    vehicle = load_vehicle(name)
    for stage_id, gross_kg in (("strap-ons", 44413.0), ("core", 99765.0)):
        stage = vehicle.stage(stage_id)
        assert stage.dry_mass_kg + stage.propellant_mass_kg == pytest.approx(gross_kg, rel=CLOSURE)


def test_masses_of_the_third_stages_are_the_published_ones():
    a, b = (load_vehicle(name).stage("block-i") for name in SOYUZ)
    assert a.dry_mass_kg + a.propellant_mass_kg == pytest.approx(2410.0 + 22790.0, rel=CLOSURE)  # ST01
    assert b.dry_mass_kg == pytest.approx(2355.0, rel=CLOSURE)  # CSG
    # CSG's own sequence burns 272 s, a flown one 274 s: the load allows both, unlike CSG's printed 25 400 kg.
    assert 272.0 <= b.usable_propellant_kg / b.engine.mass_flow_kg_s <= 280.0
    # Soyuz MS-25 burnt the third stage of a 2.1a for 239.5 s.
    assert 239.5 <= a.usable_propellant_kg / a.engine.mass_flow_kg_s <= 245.0


@pytest.mark.parametrize(("name", "payload_kg"), [*ALONE.items(), *WITH_FREGAT.items()])
def test_soyuz_lifts_off_with_the_published_mass_and_thrust(name, payload_kg):
    vehicle = load_vehicle(name)
    mass_kg = vehicle.liftoff_mass_without_payload_kg + payload_kg
    assert 305e3 <= mass_kg <= 315e3
    thrust_n = sum(
        s.count * s.engine.thrust_sea_level_n for s in vehicle.stages if s.ignition.event == "liftoff"
    )
    assert 1.34 <= thrust_n / (mass_kg * G0) <= 1.39


@pytest.mark.parametrize(("st", "base"), [("soyuz-st-a", "soyuz-2.1a"), ("soyuz-st-b", "soyuz-2.1b")])
def test_a_soyuz_of_kourou_is_that_of_russia_under_the_large_fairing(st, base):
    ours, theirs = load_vehicle(f"{st}/fregat"), load_vehicle(f"{base}/fregat")
    assert (ours.stages, ours.bodies, ours.limits) == (theirs.stages, theirs.bodies, theirs.limits)
    assert ours.body("fairing").count * ours.body("fairing").mass_kg == 1700.0  # CSG


@pytest.mark.parametrize("name", [n for n in catalogue_combinations() if n != "delta-iii"])
def test_everything_that_drops_has_an_area_and_a_drag_for_its_fall(name):
    vehicle = load_vehicle(name)
    for stage in vehicle.stages[:-1]:
        assert stage.fall_reference_area_m2, stage.id
        assert stage.fall_drag_coefficient, stage.id
    for body in vehicle.bodies:
        assert body.reference_area_m2, body.id
        assert body.drag_coefficient, body.id


def test_combinations_are_those_that_flew():
    flown = {*ALONE, *WITH_FREGAT, "soyuz-2.1a/volga", "soyuz-2.1v", "soyuz-2.1v/volga"}
    assert {name for name in catalogue_combinations() if name.startswith("soyuz")} == flown


@pytest.mark.parametrize(
    ("name", "dry_kg", "load_kg", "thrust_kn", "isp_s"),
    [  # published ranges
        ("soyuz-2.1b/fregat", (930, 1000), (5250, 5350), 19.61, 327.0),
        ("soyuz-2.1b/fregat-m", (960, 980), (5600, 5750), 19.85, 333.2),
        ("soyuz-st-b/fregat-mt", (1050, 1050), (7100, 7100), 19.85, 333.2),
        ("soyuz-2.1a/volga", (840, 890), (300, 900), 2.94, 307.0),
    ],
)
def test_upper_stages_have_the_published_masses_and_engines(name, dry_kg, load_kg, thrust_kn, isp_s):
    stage = load_vehicle(name).last_stage
    assert dry_kg[0] <= stage.dry_mass_kg <= dry_kg[1]
    assert load_kg[0] <= stage.propellant_mass_kg <= load_kg[1]
    assert stage.engine.thrust_vacuum_n == pytest.approx(thrust_kn * 1e3, rel=1e-12)
    assert stage.engine.isp_vacuum_s == pytest.approx(isp_s, rel=1e-12)
    assert (stage.cutoff.rule, stage.separation, stage.burns) == ("command", None, 20)
    if stage.max_total_burn_s is not None:  # all of it can be burnt within the published life of the engine
        assert stage.usable_propellant_kg / stage.engine.mass_flow_kg_s <= stage.max_total_burn_s


@pytest.mark.parametrize("name", WITH_FREGAT)
def test_the_interstage_bay_stays_on_the_third_stage(name):
    bay = load_vehicle(name).body("interstage")
    assert (bay.mass_kg, bay.in_dry_mass_of) == (400.0, None)  # CSG
    assert (bay.release.event, bay.release.delay_s) == ("block-i.separation", 0.0)


def test_the_first_stage_of_soyuz_21v_sums_its_two_engines():
    vehicle = load_vehicle("soyuz-2.1v")
    core = vehicle.stage("core")
    # RealismOverhaul: NK-33 1 681.6 kN, 331 / 297.2 s; RD-0110R four times 68.3 kN, 298 / 259 s.
    vacuum = {331.0: 1681.6e3, 298.0: 4 * 68.3e3}
    flows = {isp: thrust / (G0 * isp) for isp, thrust in vacuum.items()}
    assert core.engine.thrust_vacuum_n == pytest.approx(sum(vacuum.values()), rel=1e-4)  # rounded to 0.1 kN
    assert core.engine.mass_flow_kg_s == pytest.approx(sum(flows.values()), rel=1e-4)  # rounded to 0.1 kg/s
    sea_level = G0 * (297.2 * flows[331.0] + 259.0 * flows[298.0])
    assert core.engine.thrust_sea_level_n == pytest.approx(sea_level, rel=1e-4)
    # A lift-off mass of about 158 t is published.
    assert vehicle.liftoff_mass_without_payload_kg + 2850.0 == pytest.approx(158e3, rel=0.02)
    assert (vehicle.stage("block-i").number, load_vehicle("soyuz-2.1b").stage("block-i").number) == (2, 3)


def test_falcon_9_has_the_published_thrust_and_no_reserve_for_a_landing():
    first, second = load_vehicle("falcon-9-expendable").stages
    assert first.engine.thrust_sea_level_n == pytest.approx(
        7607e3, rel=1e-12
    )  # SpaceX: nine engines of 845 kN
    assert second.engine.thrust_vacuum_n == pytest.approx(981e3, rel=1e-12)
    # 162 s are flown with the engines throttled for part of them, so full thrust empties it a little sooner.
    assert 145.0 <= first.usable_propellant_kg / first.engine.mass_flow_kg_s <= 162.0
    assert (first.cutoff.rule, second.burns > 1) == ("depletion", True)


TRAPS = {
    # With RD-108A's other figures: 921.9 kN / 319 s is a flow of 294.7 kg/s, and 792.5 kN / that is 274 s, not 255 s.
    "vacuum thrust of the core": (
        "soyuz-2.1a",
        {"thrust_vacuum_kn = 990.2": "thrust_vacuum_kn = 921.9"},
        ("core.engine.isp_sea_level_s = 255", "274.2"),
    ),
    # 294.3 kN / 359 s is 83.59 kg/s; 25 400 less 271 kg in 272 s would be 92.39 kg/s.
    "load of the third stage, its flow": (
        "soyuz-2.1b",
        {"value = 23217": "value = 25400", "[stages.engine]": "[stages.engine]\nburn_time_s = 272"},
        ("83.5", "92.38"),
    ),
    "load of the third stage, its burn": (
        "soyuz-2.1b",
        {
            "value = 23217": "value = 25400",
            'id = "block-i"': 'id = "block-i"\ncutoff = { rule = "time", burn_time_s = 272 }',
        },
        ("burns 22737", "25129"),
    ),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_widely_copied_wrong_number_is_refused_with_both_numbers(tmp_path, trap):
    name, changes, shown = TRAPS[trap]
    text = (data_folder() / "vehicles" / f"{name}.toml").read_text(encoding="utf-8")
    for table in data_folder().glob("tables/*.csv"):
        shutil.copy(table, tmp_path)
    path = tmp_path / "copy.toml"
    path.write_text(text, encoding="utf-8")
    load_vehicle(path)
    for right, wrong in changes.items():
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VehicleFileError) as caught:
        load_vehicle(path)
    assert all(number in str(caught.value) for number in shown)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", SOYUZ)
def test_soyuz_engines_have_the_published_thrust_and_impulse(name):
    vehicle = load_vehicle(name)
    # CSG, thrust in vacuum and at sea level, kN; specific impulse in vacuum and at sea level, s.
    for stage_id, vacuum, sea_level, isp, isp_sea_level in (
        ("strap-ons", 1021.3, 838.5, 319.0, 262.0),
        ("core", 990.2, 792.5, 319.0, 255.0),
    ):
        engine = vehicle.stage(stage_id).engine
        assert engine.thrust_vacuum_n == pytest.approx(vacuum * 1e3, rel=1e-12)
        assert engine.thrust_sea_level_n == pytest.approx(sea_level * 1e3, rel=1e-12)
        assert engine.isp_vacuum_s == pytest.approx(isp, rel=1e-12)
        # The manual rounds to whole seconds, and its figures are not derived from each other.
        assert engine.thrust_sea_level_n / (G0 * engine.mass_flow_kg_s) == pytest.approx(
            isp_sea_level, rel=0.005
        )


@pytest.mark.parametrize("name", SOYUZ)
def test_timed_burns_of_soyuz_leave_propellant(name):
    vehicle = load_vehicle(name)
    for stage_id in ("strap-ons", "core"):
        stage = vehicle.stage(stage_id)
        burnt_kg = stage.engine.mass_flow_kg_s * stage.engine.full_flow_seconds(stage.cutoff.burn_time_s)
        left_kg = stage.usable_propellant_kg - burnt_kg + stage.residual_mass_kg
        # CSG: 1.0 to 1.7 t per strap-on, and about 1 % of the core's 92.7 t, remain at cut-off.
        low, high = (1000.0, 1700.0) if stage_id == "strap-ons" else (900.0, 1500.0)
        assert low <= left_kg <= high


def test_delta_iii_is_the_published_benchmark():
    vehicle = load_vehicle("delta-iii")
    assert vehicle.liftoff_mass_without_payload_kg + 4164.0 == 301454.0
    drops = {s.id: s.count * s.dry_mass_kg for s in vehicle.stages}
    assert (drops["srb-ground"], drops["srb-air"], drops["stage-1"]) == (13680.0, 6840.0, 8830.0)
    flows = {s.id: s.engine.mass_flow_kg_s for s in vehicle.stages}
    assert flows["srb-ground"] == 17010.0 / 75.2
    assert flows["stage-1"] == 95550.0 / 261.0
    assert flows["stage-2"] == 16820.0 / 700.0
    assert vehicle.aero[0].reference_area_m2 == 4 * math.pi
    assert (vehicle.vertical_rise_s, vehicle.bodies, vehicle.assumptions) == (0.0, (), ())


@pytest.mark.parametrize(
    ("site", "latitude", "longitude", "height_m"),
    [
        ("vostochny-1s", (51, 53, 3), (128, 20, 5), 278.0),
        ("baikonur-31-6", (45, 59, 46), (63, 33, 50), 104.0),
        ("plesetsk-43-3", (62, 55, 37), (40, 26, 59), 100.0),
        ("plesetsk-43-4", (62, 55, 42), (40, 27, 24), 100.0),
        ("kourou-els", (5.305, 0, 0), (-52.834, 0, 0), 10.0),
        ("cape-canaveral-40", (28, 33, 43), (-80, -34, -38), 3.0),
    ],
)
def test_pads_stand_where_they_are_published(site, latitude, longitude, height_m):
    def degrees(d, m, s):
        return d + m / 60 + s / 3600

    found = load_site(site)
    # 1e-6 deg is the rounding in the file, 0.1 m.
    assert math.degrees(found.latitude_rad) == pytest.approx(degrees(*latitude), abs=1e-6)
    assert math.degrees(found.longitude_rad) == pytest.approx(degrees(*longitude), abs=1e-6)
    assert found.height_m == height_m


@pytest.mark.parametrize("name", catalogue_combinations())
def test_every_number_of_the_catalogue_says_where_it_comes_from(name):
    vehicle = load_vehicle(name)
    for key in vehicle.numeric_keys:
        is_throttle = key.endswith(("throttle_min", "throttle_max"))
        if vehicle.get_value(key) == (1.0 if is_throttle else 0.0):
            continue  # may be absent from the file: nothing is burnt, nothing is throttled
        source = vehicle.sources.get(key)
        assert source is not None, key
        assert source.text, key
        assert source.confidence, key
        if (
            source.confidence == "estimate" and key != "guidance_reserve_kg"
        ):  # that one is a rule, not a guess
            assert source.sigma, key
    for limit in ("max_axial_acceleration_m_s2", "fairing_heat_flux_w_m2"):
        if getattr(vehicle.limits, limit) is not None:
            assert vehicle.sources[f"limits.{limit}"].text


@pytest.mark.parametrize("name", catalogue_ids()["sites"])
def test_every_site_says_where_it_comes_from(name):
    site = load_site(name)
    for key in ("latitude_rad", "longitude_rad", "height_m", "usual_azimuth_rad"):
        assert site.sources[key].text
        assert site.sources[key].confidence


# Inertial launch azimuths, deg, that spherical trigonometry gives for the usual orbit of each site.
@pytest.mark.parametrize(
    ("name", "inclination_deg"),
    [
        ("vostochny-1s", 64.8),
        ("baikonur-31-6", 51.66),
        ("plesetsk-43-3", 82.5),
        ("plesetsk-43-4", 82.5),
        ("kourou-els", 55.0),
        ("cape-canaveral-40", 51.6),
    ],
)
def test_the_usual_azimuth_of_a_site_leads_to_its_orbit(name, inclination_deg):
    site = load_site(name)
    latitude = math.atan((1.0 - 0.00669438) * math.tan(site.latitude_rad))  # geocentric
    inertial = math.asin(math.cos(math.radians(inclination_deg)) / math.cos(latitude))
    # Relative to the ground the Earth's 465.1 m/s at the equator are missing from 7 790 m/s of a low orbit.
    east = 7790.0 * math.sin(inertial) - 465.1 * math.cos(latitude)
    relative = math.atan2(east, 7790.0 * math.cos(inertial))
    # It only tells north from south: 0.5 deg covers geodetic for geocentric latitude, and another low orbit.
    assert math.degrees(site.usual_azimuth_rad) == pytest.approx(math.degrees(relative), abs=0.5)


@pytest.mark.parametrize("name", SOYUZ)
def test_drag_of_soyuz_peaks_transonic_and_is_labelled_an_estimate(name):
    vehicle = load_vehicle(name)
    assert [a.until for a in vehicle.aero] == ["strap-ons.separation", "core.separation", None]
    for i in (1, 2):
        table = vehicle.aero[i - 1].table
        peak_mach = table.mach[np.argmax(table.axial[:, 0])]
        assert 1.0 <= peak_mach <= 1.3
        assert 0.2 < table.axial.min() < table.axial.max() < 0.7
        source = vehicle.sources[f"aero[{i}].drag_table"]
        assert (source.confidence, source.sigma) == ("estimate", 0.2)


RESERVES = {
    **ALONE,
    **WITH_FREGAT,
    "soyuz-st-b/fregat-mt": 3200.0,  # CNES, to geostationary transfer
    "soyuz-2.1a/volga": 1160.0,
    "soyuz-2.1v": 2850.0,
    "soyuz-2.1v/volga": 1400.0,
    "falcon-9-expendable": 22800.0,
}


@pytest.mark.parametrize(("name", "payload_kg"), RESERVES.items())
def test_the_guidance_reserve_is_one_percent_of_the_last_stages_ideal_delta_v(name, payload_kg):
    vehicle = load_vehicle(name)
    stage = vehicle.last_stage
    shed_kg = sum(b.count * b.mass_kg for b in vehicle.bodies if b.in_dry_mass_of == stage.id)
    burnout = stage.dry_mass_kg - shed_kg + stage.residual_mass_kg + vehicle.adapter_mass_kg + payload_kg
    whole = math.log((burnout + stage.usable_propellant_kg) / burnout)
    kept = math.log((burnout + stage.usable_propellant_kg) / (burnout + vehicle.guidance_reserve_kg))
    # The file rounds to 0.1 kg, and 0.05 kg of the smallest reserve, 5.3 kg, are 1 % of the 1 %.
    assert kept / whole == pytest.approx(0.99, abs=1e-4)
