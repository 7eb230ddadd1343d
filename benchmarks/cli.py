"""The command line as a person waits for it: wall time of `--help` and of `check`, each in a process of its own."""

import subprocess

from measure import ROOT, Row, command_line, deliver, options, pin_one_core, row, timed


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__, 9)
    pin_one_core()
    deliver("cli", rows(chosen.repetitions), chosen.repetitions, as_json=chosen.json)


def rows(repetitions: int) -> list[Row]:
    """Return the figures of `repetitions` calls of each command, after one that is not counted."""
    mission = str(ROOT / "examples" / "vostochny-leo.toml")
    found = []
    for name, arguments, target in (("--help", ["--help"], 0.3), ("check", ["check", mission], 1.0)):
        spent = [_call(arguments) for _ in range(repetitions + 1)][1:]
        found.append(row(name, "s", spent, target))
    return found


def _call(arguments: list[str]) -> float:
    command = [*command_line(), *arguments]
    _, seconds = timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    return seconds


if __name__ == "__main__":
    main()
