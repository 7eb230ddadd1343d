"""scene.czml: a flight for CesiumJS, as the Cesium Language: a clock, the path, the events, the drop points, the pad.

Names are text where the language has text, and escaped where it has HTML (`description`).

Source: CZML Guide, AnalyticalGraphicsInc/czml-writer (2023): packets, position, path, clock.
"""

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cosmodrome.reporting.scene import DROP_RGB, EVENT_RGB, PAD_RGB, PATH_RGB, Scene, drop_name

Packet = dict[str, Any]

# a viewer shows the whole flight in about this time
_SHOW_S = 60.0
_LABEL_FONT = "13px sans-serif"


def czml_text(scene: Scene) -> str:
    """The document, one packet a line."""
    packets = [_document(scene), _vehicle(scene), _ground_track(scene), _pad(scene)]
    packets += [_event(scene, i, event) for i, event in enumerate(scene.events, 1)]
    packets += [_drop(scene, i, drop) for i, drop in enumerate(scene.drop_points, 1)]
    lines = (json.dumps(packet, allow_nan=False, separators=(",", ":")) for packet in packets)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _document(scene: Scene) -> Packet:
    t = scene.path["t_s"]
    start, stop = scene.utc(t[0]), scene.utc(t[-1])
    return {
        "id": "document",
        "name": scene.name,
        "version": "1.0",
        "description": "".join(f"<p>{html.escape(remark)}</p>" for remark in scene.remarks),
        "clock": {
            "interval": f"{start}/{stop}",
            "currentTime": start,
            "multiplier": max(1, round((t[-1] - t[0]) / _SHOW_S)),
            "range": "CLAMPED",
            "step": "SYSTEM_CLOCK_MULTIPLIER",
        },
    }


def _vehicle(scene: Scene) -> Packet:
    t = scene.path["t_s"]
    return {
        "id": "vehicle",
        "name": scene.name,
        "availability": f"{scene.utc(t[0])}/{scene.utc(t[-1])}",
        "position": {
            "epoch": scene.utc(0.0),
            "cartographicDegrees": _degrees(scene.path, ("t_s", 6)),
            "interpolationAlgorithm": "LINEAR",
            "interpolationDegree": 1,
        },
        "path": {"width": 3, "material": {"solidColor": {"color": _colour(PATH_RGB)}}},
        **_mark(scene.name, PATH_RGB, size=10),
    }


def _ground_track(scene: Scene) -> Packet:
    on_ground = {**scene.path, "altitude_m": 0.0 * scene.path["altitude_m"]}
    return {
        "id": "ground-track",
        "name": "Ground track",
        "polyline": {
            "positions": {"cartographicDegrees": _degrees(on_ground)},
            "arcType": "GEODESIC",
            "clampToGround": True,
            "width": 1.5,
            "material": {"solidColor": {"color": _colour(PATH_RGB, alpha=140)}},
        },
    }


def _pad(scene: Scene) -> Packet:
    return {
        "id": "pad",
        "name": "Pad",
        "position": _on_ground(*scene.pad),
        **_mark("Pad", PAD_RGB, size=9, is_on_ground=True),
    }


def _event(scene: Scene, number: int, event: Mapping[str, Any]) -> Packet:
    place = [round(event["longitude_deg"], 7), round(event["latitude_deg"], 7), round(event["altitude_m"], 1)]
    return {
        "id": f"event-{number}",
        "name": event["name"],
        "description": _table(scene.facts(event)),
        "position": {"cartographicDegrees": place},
        **_mark(event["name"], EVENT_RGB, size=6),
    }


def _drop(scene: Scene, number: int, drop: Mapping[str, Any]) -> Packet:
    return {
        "id": f"drop-{number}",
        "name": drop_name(drop),
        "description": _table(scene.facts(drop)),
        "position": _on_ground(drop["latitude_deg"], drop["longitude_deg"]),
        **_mark(drop_name(drop), DROP_RGB, size=9, is_on_ground=True),
    }


def _degrees(path: Mapping[str, Any], *before: tuple[str, int]) -> list[float]:
    """Longitude, latitude and altitude of every row one after the other, each row led by the columns `before`.

    Rounded to a centimetre on the ground and a decimetre of altitude.
    """
    columns = (*before, ("longitude_deg", 7), ("latitude_deg", 7), ("altitude_m", 1))
    rounded = ([round(x, digits) for x in path[name].tolist()] for name, digits in columns)
    return [x for row in zip(*rounded, strict=True) for x in row]


def _on_ground(latitude_deg: float, longitude_deg: float) -> Packet:
    return {"cartographicDegrees": [round(longitude_deg, 7), round(latitude_deg, 7), 0.0]}


def _mark(text: str, rgb: Sequence[int], size: int, *, is_on_ground: bool = False) -> Packet:
    """A point with its label; on the ground, it lies on whatever relief the viewer has."""
    lies = {"heightReference": {"heightReference": "CLAMP_TO_GROUND"}} if is_on_ground else {}
    return {
        "point": {
            "pixelSize": size,
            "color": _colour(rgb),
            "outlineWidth": 1,
            "outlineColor": _colour((0, 0, 0)),
            **lies,
        },
        "label": {
            "text": text,
            "font": _LABEL_FONT,
            "style": "FILL_AND_OUTLINE",
            "outlineWidth": 2,
            "fillColor": _colour(rgb),
            "outlineColor": _colour((0, 0, 0)),
            "horizontalOrigin": "LEFT",
            "pixelOffset": {"cartesian2": [10, 0]},
            **lies,
        },
    }


def _colour(rgb: Sequence[int], alpha: int = 255) -> Packet:
    return {"rgba": [*rgb, alpha]}


def _table(facts: Iterable[tuple[str, str]]) -> str:
    rows = (f"<tr><th>{html.escape(what)}</th><td>{html.escape(value)}</td></tr>" for what, value in facts)
    return f"<table>{''.join(rows)}</table>"
