"""A scene of the made-up ascent, for the tests of CZML and KML."""

import datetime
from dataclasses import replace
from typing import Any

import numpy as np

from cosmodrome.reporting.scene import Scene
from tests.reporting import synthetic

LIFTOFF = datetime.datetime(2027, 12, 31, 23, 58, tzinfo=datetime.UTC)


def scene(**changed: Any) -> Scene:
    """The made-up ascent, 558 s of it; it passes midnight."""
    columns, result = synthetic.columns(), synthetic.result()
    # two rows at a jump are one instant
    instants = np.unique(columns["t_s"], return_index=True)[1]
    made = Scene(
        name="Made up",
        liftoff_utc=LIFTOFF,
        remarks=("First remark.", "Second: <b> & co."),
        pad=(51.884, 128.334),
        path={
            name: columns[name][instants] for name in ("t_s", "latitude_deg", "longitude_deg", "altitude_m")
        },
        events=result["events"],
        drop_points=result["drop_points"],
    )
    return replace(made, **changed)


def renamed(name: str) -> Scene:
    """The scene with every name and subject in it replaced."""
    plain = scene()
    return replace(
        plain,
        name=name,
        remarks=(name,),
        events=[{**event, "name": name, "subject": name} for event in plain.events],
        drop_points=[{**drop, "body": name} for drop in plain.drop_points],
    )
