"""What a flight costs in JSBSim: the launch of its Jupiter 246, 420 s at 120 Hz, six degrees of freedom.

Vehicle, guidance and script are in the wheel, untouched. The files are read anew for every flight, as every run of its
program does; reading takes hundredths of what flying does.
"""

from collections.abc import Callable
from pathlib import Path

from harness import flying

_SCRIPT = "scripts/J2461.xml"
_M_PER_FT = 0.3048


def load() -> dict[str, Callable[[], str]]:
    """Import JSBSim, and return the flight."""
    import jsbsim

    folder = str(Path(jsbsim.__file__).parent)

    def flown() -> str:
        model = jsbsim.FGFDMExec(folder, None)
        model.set_debug_level(0)
        if not model.load_script(_SCRIPT):
            raise FileNotFoundError(f"this JSBSim has no {_SCRIPT}")
        model.run_ic()
        steps = 0
        while model.run():
            steps += 1
        altitude = model["position/h-sl-ft"] * _M_PER_FT / 1e3
        return f"{steps} steps to {model['simulation/sim-time-sec']:.1f} s, {altitude:.0f} km up"

    return {"launch of the Jupiter 246, 420 s at 120 Hz": flown}


if __name__ == "__main__":
    flying("jsbsim", load)
