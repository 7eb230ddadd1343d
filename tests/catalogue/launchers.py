"""Small vehicle files for tests: a two-stage launcher, and an upper stage to put on it."""

LAUNCHER = """format = "cosmodrome-vehicle/1"
name = "Two stages"
guidance_reserve_kg = 10
adapter_mass_kg = 20
vertical_rise_s = 5
[limits]
max_axial_acceleration_g = 5
[[aero]]
until = "first.separation"
reference_area_m2 = 10
drag_coefficient = 0.4
[[aero]]
reference_area_m2 = 8
drag_table = "drag.csv"
[[stages]]
id = "first"
role = "core"
dry_mass_kg = 5000
propellant_mass_kg = 90000
ignition = { event = "liftoff" }
cutoff = { rule = "depletion" }
separation = { event = "first.cutoff", delay_s = 1 }
engine = { thrust_vacuum_kn = 1600, thrust_sea_level_kn = 1450, isp_vacuum_s = 310 }
[[stages]]
id = "second"
role = "stage"
number = 2
dry_mass_kg = 1500
propellant_mass_kg = 20000
ignition = { event = "first.separation", delay_s = 2 }
cutoff = { rule = "command" }
separation = { event = "second.cutoff", delay_s = 3 }
engine = { thrust_vacuum_kn = 250, isp_vacuum_s = 340 }
[[bodies]]
id = "ring"
mass_kg = 100
in_dry_mass_of = "second"
release = { event = "first.separation", delay_s = 10 }
"""

FAIRINGS = """
[fairings.short]
count = 2
mass_kg = 300
release = { rule = "heat-flux" }
[fairings.long]
count = 2
mass_kg = 500
release = { event = "second.ignition", delay_s = 30 }
"""

CONFIGURATIONS = """
[configurations.alone]
[configurations.tug]
fairing = "long"
adapter_mass_kg = { value = 77, source = "drawing" }
limits = { max_axial_acceleration_g = 4 }
[[configurations.tug.bodies]]
id = "bay"
mass_kg = 200
release = { event = "second.separation" }
"""

TUG = """format = "cosmodrome-vehicle/1"
name = "Tug"
guidance_reserve_kg = { value = 33, source = "tug manual" }
adapter_mass_kg = 44
[[stages]]
id = "tug"
role = "stage"
dry_mass_kg = 900
propellant_mass_kg = 5000
ignition = { event = "second.separation", delay_s = 5 }
cutoff = { rule = "command", min_burn_s = 2 }
burns = 7
slew_rate_deg_s = 1
engine = { thrust_vacuum_kn = 20, isp_vacuum_s = 333 }
[[bodies]]
id = "tank"
mass_kg = 50
in_dry_mass_of = "tug"
release = { event = "tug.ignition", delay_s = 100 }
"""

DRAG = "mach,cd\n0,0.3\n1,0.6\n5,0.3\n"


def write_rocket(folder, launcher=LAUNCHER, name="rocket.toml"):
    """The path of a launcher file with its drag table in `folder`."""
    (folder / "drag.csv").write_text(DRAG)
    path = folder / name
    path.write_text(launcher)
    return path
