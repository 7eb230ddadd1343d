"""Does the flight reach its target: elements at the end of the last burn, in the frame that the lift-off time makes."""

import datetime
import math
from collections.abc import Callable

import numpy as np
from judge_files import Toml, number, plain
from judge_flight import Run
from judge_rows import Rows
from judge_world import Orbit, sun_synchronous

# what a plan and its flight may differ by at insertion
_POSITION_M, _VELOCITY_M_S = 100.0, 0.1
# UT1 is never farther from UTC
_UT1_S = 0.9


class TargetQuestions:
    """The questions on the target of one run."""

    def __init__(self, run: Run, rows: Rows):
        self.run, self.rows = run, rows
        self.insertion = run.flight.at(run.schedule.insertion)[0][:6]

    def ask_frame(self) -> None:
        """The angle of the Earth at lift-off: from the instant where there is one, else x is the site's meridian."""
        liftoff = self._liftoff()
        if liftoff is None:
            asked, allowed = -math.degrees(number(self.run.site, "longitude_deg")), 1e-6
        else:
            asked = math.degrees(_earth_rotation_angle(liftoff))
            allowed = math.degrees(_UT1_S * self.run.flight.earth.rotation) + 1e-4
        found = math.degrees(self.run.programme.earth_angle)
        self.rows.equal("Earth's angle at lift-off", "deg", asked, found, allowed)
        day = self.run.mission.get("launch_date_utc")
        if day is not None and liftoff is not None and liftoff.date() != day:
            self.rows.reasons.append(f"lift-off is on {liftoff.date()}, not on {day}")

    def _liftoff(self) -> datetime.datetime | None:
        told = self.run.mission.get("epoch_utc") or self.run.result["liftoff_utc"]
        if isinstance(told, str):
            told = datetime.datetime.fromisoformat(told.replace("Z", "+00:00"))
        return told.astimezone(datetime.UTC) if told else None

    def ask_elements(self) -> None:
        target, radius = self.run.mission["target"], self.run.flight.earth.radius
        perigee, apogee, a, e = _size(target, radius)
        follows_sun = plain(target, "inclination_deg") == "sso"
        i = sun_synchronous(a, e, self.run.flight.earth) if follows_sun else number(target, "inclination_deg")
        self._size("C3", "km2/s2", number(target, "c3_km2_s2"), lambda o: o.c3, 1e6, 0.0)
        self._size("perigee", "km", perigee, lambda o: o.pericenter - radius, 1e3, 1.0)
        self._size("apogee", "km", apogee, lambda o: o.a * (1.0 + o.e) - radius, 1e3, 1.0)
        self._angle("inclination", i, lambda o: o.inclination, 0.005)
        for what, key, of in (
            ("node", "ra_of_asc_node_deg", lambda o: o.node),
            ("argument of pericenter", "arg_of_pericenter_deg", lambda o: o.arg_of_pericenter),
            ("asymptote's declination", "declination_deg", lambda o: o.outgoing[0]),
            ("asymptote's right ascension", "ra_of_asymptote_deg", lambda o: o.outgoing[1]),
        ):
            self._angle(what, number(target, key), of, 0.02)
        if (ltan := number(target, "ltan_h")) is not None:
            self._ltan(ltan / 3600.0)

    def _ltan(self, asked_h: float) -> None:
        """Local mean solar time of the node: mean solar time at Greenwich plus the node's longitude."""
        liftoff = self._liftoff()
        if liftoff is None:
            self.rows.reasons.append("ltan_h is asked, and no lift-off time is told")
            return
        t = self.run.schedule.insertion
        instant = liftoff + datetime.timedelta(seconds=t)
        day = instant.replace(hour=0, minute=0, second=0, microsecond=0)
        greenwich = math.radians((instant - day).total_seconds() / 240.0)
        angle = self.run.programme.earth_angle + self.run.flight.earth.rotation * t
        self._angle(
            "local time of the node", math.radians(15.0 * asked_h), lambda o: o.node - angle + greenwich, 0.02
        )

    def _angle(self, what: str, asked: float | None, of: Callable[[Orbit], float], least: float) -> None:
        if asked is not None:
            self._element(what, "deg", math.degrees(asked), lambda o: math.degrees(of(o)), least)

    def _size(
        self,
        what: str,
        unit: str,
        asked: float | None,
        of: Callable[[Orbit], float],
        scale: float,
        least: float,
    ) -> None:
        if asked is not None:
            self._element(what, unit, asked / scale, lambda o: of(o) / scale, least)

    def _element(
        self, what: str, unit: str, asked: float, of: Callable[[Orbit], float], least: float
    ) -> None:
        """A row whose allowance is `least`, or what 100 m and 0.1 m/s at insertion change where that is more."""
        y, mu = self.insertion, self.run.flight.earth.mu

        def at(state: np.ndarray) -> float:
            return of(Orbit(state[:3], state[3:], mu))

        slopes = []
        for k, step in enumerate([10.0] * 3 + [0.01] * 3):
            shift = np.zeros(6)
            shift[k] = step
            rise = at(y + shift) - at(y - shift)
            slopes.append((math.remainder(rise, 360.0) if unit == "deg" else rise) / (2.0 * step))
        near, fast = (float(np.linalg.norm(slopes[half])) for half in (slice(3), slice(3, 6)))
        found = at(y)
        if unit == "deg":
            found = asked + math.remainder(found - asked, 360.0)
        self.rows.equal(what, unit, asked, found, max(least, _POSITION_M * near + _VELOCITY_M_S * fast))


def _size(target: Toml, radius: float) -> tuple[float | None, float | None, float, float]:
    """Altitudes of perigee and apogee (m) where asked, semi-major axis (m) and eccentricity (zero for an escape)."""
    perigee, apogee = number(target, "perigee_altitude_km"), number(target, "apogee_altitude_km")
    a, e = number(target, "semi_major_axis_km"), plain(target, "eccentricity")
    if a is not None:
        return a * (1.0 - e) - radius, a * (1.0 + e) - radius, a, e
    if perigee is None or apogee is None:
        return perigee, apogee, math.inf, 0.0
    a = radius + 0.5 * (perigee + apogee)
    return perigee, apogee, a, 0.5 * (apogee - perigee) / a


def _earth_rotation_angle(instant: datetime.datetime) -> float:
    """Earth rotation angle (rad) with UT1 = UTC; IERS Conventions (2010), eq. 5.15."""
    days = (instant - datetime.datetime(2000, 1, 1, 12, tzinfo=datetime.UTC)).total_seconds() / 86400.0
    return 2.0 * math.pi * ((0.7790572732640 + 1.00273781191135448 * days) % 1.0)
