"""What a flight costs in RocketPy: the sounding rocket of its README, six degrees of freedom.

The numbers are those of the README (MIT licence, RocketPy team), the thrust the maker's curve of the motor named there
(Cesaroni M1670). Its drag curves are files that no wheel has: here drag is one coefficient. Standard air, no weather.
"""

from collections.abc import Callable
from typing import Any

from harness import flying

_THRUST_N = [
    *(
        [0.0, 0.0],
        [0.055, 100.0],
        [0.092, 1500.0],
        [0.1, 2000.0],
        [0.15, 2200.0],
        [0.2, 1800.0],
        [0.5, 1950.0],
    ),
    *([1.0, 2034.0], [1.5, 2000.0], [2.0, 1900.0], [2.5, 1760.0], [2.9, 1700.0], [3.0, 1650.0]),
    *([3.3, 530.0], [3.4, 350.0], [3.9, 0.0]),
]
_DRAG = 0.43


def load() -> dict[str, Callable[[], str]]:
    """Build rocket and environment, and return the flights."""
    from rocketpy import Environment, Flight

    air = Environment(latitude=32.990254, longitude=-106.974998, elevation=1400)
    air.set_atmospheric_model(type="standard_atmosphere")
    rocket = _rocket()

    def flown(to_apogee: bool) -> str:
        flight = Flight(
            rocket=rocket,
            environment=air,
            rail_length=5.2,
            inclination=85,
            heading=0,
            terminate_on_apogee=to_apogee,
        )
        return (
            f"{len(flight.solution)} steps to {flight.t_final:.1f} s, apogee {flight.apogee - 1400.0:.0f} m"
        )

    return {
        "from the rail to the ground under two parachutes": lambda: flown(False),
        "from the rail to the apogee": lambda: flown(True),
    }


def _rocket() -> Any:
    from rocketpy import Rocket, SolidMotor

    motor = SolidMotor(
        thrust_source=_THRUST_N,
        dry_mass=1.815,
        dry_inertia=(0.125, 0.125, 0.002),
        center_of_dry_mass_position=0.317,
        grains_center_of_mass_position=0.397,
        burn_time=_THRUST_N[-1][0],
        grain_number=5,
        grain_separation=0.005,
        grain_density=1815,
        grain_outer_radius=0.033,
        grain_initial_inner_radius=0.015,
        grain_initial_height=0.12,
        nozzle_radius=0.033,
        throat_radius=0.011,
    )
    rocket = Rocket(
        radius=0.0635,
        mass=14.426,
        inertia=(6.321, 6.321, 0.034),
        power_off_drag=_DRAG,
        power_on_drag=_DRAG,
        center_of_mass_without_motor=0,
    )
    rocket.set_rail_buttons(upper_button_position=0.0818, lower_button_position=-0.6182, angular_position=45)
    rocket.add_motor(motor, position=-1.255)
    rocket.add_nose(length=0.55829, kind="vonKarman", position=1.278)
    rocket.add_trapezoidal_fins(
        n=4, root_chord=0.120, tip_chord=0.040, span=0.100, cant_angle=0, position=-1.04956
    )
    rocket.add_tail(top_radius=0.0635, bottom_radius=0.0435, length=0.060, position=-1.194656)
    for name, drag_area, trigger in (("main", 10.0, 800), ("drogue", 1.0, "apogee")):
        rocket.add_parachute(
            name=name, cd_s=drag_area, trigger=trigger, sampling_rate=105, lag=1.5, noise=(0, 8.3, 0.5)
        )
    return rocket


if __name__ == "__main__":
    flying("rocketpy", load)
