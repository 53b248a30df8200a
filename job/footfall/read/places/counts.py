"""Counts the features of files that GDAL reads, independently of it: by their XML or their JSON."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

_ALONE = "TopoJSON"
"""GDAL's name for the layer of objects that are a single shape."""

_MEMBERS = ("featureMember", "featureMembers", "member", "members")


def of_gml(file: Path) -> Mapping[str, int]:
    """The number of features of each kind in a file, by the names of their elements without a prefix.

    Raises:
        ValueError: The file is no whole XML.
    """
    found, path = Counter[str](), list[str]()

    def begin(tag: str, _: dict[str, str]) -> None:
        if path and path[-1] in _MEMBERS and len(path) == 2:
            found[_plain(tag)] += 1
        path.append(_plain(tag))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: path.pop()
    try:
        with file.open("rb") as opened:
            parser.ParseFile(opened)
    except (expat.ExpatError, LookupError) as failure:
        raise ValueError(f"its XML is damaged: {failure}") from failure
    return found


def of_esri_json(content: Any) -> int:
    """The number of features in a file of ArcGIS, parsed by `json`.

    Raises:
        ValueError: It has no list of features.
    """
    members = content.get("features") if isinstance(content, dict) else None
    if not isinstance(members, list):
        raise ValueError("it has no list of features")
    for number, member in enumerate(members, 1):
        if not isinstance(member, dict) or not isinstance(member.get("attributes"), dict):
            raise ValueError(f"member {number} of its features is none: {json.dumps(member)[:60]}")
    return len(members)


def of_topojson(content: Any) -> Mapping[str, int]:
    """The number of geometries in each object of a topology, parsed by `json`; an object is a layer.

    Raises:
        ValueError: It has no objects.
    """
    objects = content.get("objects") if isinstance(content, dict) else None
    if not isinstance(objects, dict):
        raise ValueError("it has no objects")
    found = Counter[str]()
    for name, each in objects.items():
        members = each.get("geometries") if isinstance(each, dict) else None
        if isinstance(members, list):
            found[name] += len(members)
        else:
            found[_ALONE] += 1
    return found


def _plain(tag: str) -> str:
    return tag.rpartition(":")[2]
