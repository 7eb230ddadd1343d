"""track.kml: a flight for Google Earth and its like: the path in time, its ground track, events and drop points.

Names are text; where viewers read HTML (`description`) they are escaped as HTML before they are escaped as XML.

Sources: OGC 07-147r2, KML 2.2 (2008); Google's extension namespace gx 2.2: gx:Track.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import numpy

from cosmodrome.reporting.places import across_the_edge
from cosmodrome.reporting.scene import DROP_RGB, EVENT_RGB, PAD_RGB, PATH_RGB, Scene, drop_name

# what XML 1.0, sec. 2.2 does not allow even when escaped
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ICONS = {"path": PATH_RGB, "event": EVENT_RGB, "drop": DROP_RGB, "pad": PAD_RGB}


def kml_text(scene: Scene) -> str:
    """The document as XML text, to be written as UTF-8."""
    root = ET.Element(
        "kml", {"xmlns": "http://www.opengis.net/kml/2.2", "xmlns:gx": "http://www.google.com/kml/ext/2.2"}
    )
    document = ET.SubElement(root, "Document")
    _put(document, "name", scene.name)
    _put(document, "description", "".join(f"<p>{html.escape(remark)}</p>" for remark in scene.remarks))
    for name, rgb in _ICONS.items():
        _style(document, name, rgb)
    _place(document, "Pad", "pad", scene.pad)
    _path(document, scene)
    _ground_track(document, scene)
    events = _folder(document, "Events")
    for event in scene.events:
        mark = _named(events, event["name"])
        _describe(mark, scene, event, "event")
        _point(mark, event["latitude_deg"], event["longitude_deg"], event["altitude_m"])
    drops = _folder(document, "Drop points")
    for drop in scene.drop_points:
        mark = _named(drops, drop_name(drop))
        _describe(mark, scene, drop, "drop")
        _point(mark, drop["latitude_deg"], drop["longitude_deg"])
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _path(document: ET.Element, scene: Scene) -> None:
    mark = _named(document, scene.name)
    _put(mark, "styleUrl", "#path")
    track = ET.SubElement(mark, "gx:Track")
    _put(track, "altitudeMode", "absolute")
    for t in scene.path["t_s"]:
        _put(track, "when", scene.utc(t))
    for place in _triples(scene.path):
        _put(track, "gx:coord", " ".join(place))


def _ground_track(document: ET.Element, scene: Scene) -> None:
    mark = _named(document, "Ground track")
    _put(mark, "styleUrl", "#path")
    lines = ET.SubElement(mark, "MultiGeometry")
    for line in _pieces(scene.path["latitude_deg"], scene.path["longitude_deg"]):
        string = ET.SubElement(lines, "LineString")
        _put(string, "tessellate", "1")
        _put(string, "altitudeMode", "clampToGround")
        _put(string, "coordinates", " ".join(f"{x:.7f},{y:.7f}" for x, y in line))


def _pieces(latitude_deg: Any, longitude_deg: Any) -> Iterator[Any]:
    """Rows (n, 2) of longitude and latitude, deg, a piece for each side of the antimeridian that the line is on."""
    line = numpy.stack(across_the_edge(latitude_deg, longitude_deg), axis=-1)
    gaps = numpy.flatnonzero(numpy.isnan(line[:, 0]))
    for piece in numpy.split(line, gaps):
        yield piece[~numpy.isnan(piece[:, 0])]


def _triples(path: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    rows = zip(path["longitude_deg"], path["latitude_deg"], path["altitude_m"], strict=True)
    return ((f"{x:.7f}", f"{y:.7f}", f"{h:.1f}") for x, y, h in rows)


def _place(parent: ET.Element, name: str, style: str, place: tuple[float, float]) -> None:
    mark = _named(parent, name)
    _put(mark, "styleUrl", f"#{style}")
    _point(mark, *place)


def _point(
    mark: ET.Element, latitude_deg: float, longitude_deg: float, altitude_m: float | None = None
) -> None:
    """A place in the air, or on the ground where it has no altitude."""
    point = ET.SubElement(mark, "Point")
    _put(point, "altitudeMode", "clampToGround" if altitude_m is None else "absolute")
    _put(point, "coordinates", f"{longitude_deg:.7f},{latitude_deg:.7f},{altitude_m or 0.0:.1f}")


def _describe(mark: ET.Element, scene: Scene, entry: Mapping[str, Any], style: str) -> None:
    """When and what: in words for people, and every number of the record under its key, which ends in its unit."""
    rows = (f"{html.escape(what)}: {html.escape(value)}" for what, value in scene.facts(entry))
    _put(mark, "description", "<br/>".join(rows))
    _put(ET.SubElement(mark, "TimeStamp"), "when", scene.utc(entry["t_s"]))
    _put(mark, "styleUrl", f"#{style}")
    data = ET.SubElement(mark, "ExtendedData")
    for key, value in entry.items():
        if value is not None:
            field = ET.SubElement(data, "Data", {"name": key})
            _put(field, "value", str(value))


def _style(document: ET.Element, name: str, rgb: Sequence[int]) -> None:
    colour = "ff{2:02x}{1:02x}{0:02x}".format(*rgb)
    style = ET.SubElement(document, "Style", {"id": name})
    _put(ET.SubElement(style, "IconStyle"), "color", colour)
    line = ET.SubElement(style, "LineStyle")
    _put(line, "color", colour)
    _put(line, "width", "2")


def _folder(document: ET.Element, name: str) -> ET.Element:
    folder = ET.SubElement(document, "Folder")
    _put(folder, "name", name)
    return folder


def _named(parent: ET.Element, name: str) -> ET.Element:
    mark = ET.SubElement(parent, "Placemark")
    _put(mark, "name", name)
    return mark


def _put(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _NO_XML.sub("\ufffd", text)
