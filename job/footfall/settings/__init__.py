"""The settings of a run: one typed model, read from YAML, variables and flags."""

from footfall.settings.devices import Devices
from footfall.settings.inputs import PingColumns, PingSettings, PlaceColumns, PlaceSettings
from footfall.settings.model import (
    OF_ENGINES,
    Prices,
    Privacy,
    Settings,
    SparkSettings,
)
from footfall.settings.quality import Level, Limits, Quality
from footfall.settings.storage import CATALOG, FROM_ENVIRONMENT, Catalog, on_object_store
from footfall.settings.values import DayRange

__all__ = [
    "CATALOG",
    "FROM_ENVIRONMENT",
    "OF_ENGINES",
    "Catalog",
    "DayRange",
    "Devices",
    "Level",
    "Limits",
    "PingColumns",
    "PingSettings",
    "PlaceColumns",
    "PlaceSettings",
    "Prices",
    "Privacy",
    "Quality",
    "Settings",
    "SparkSettings",
    "on_object_store",
]
