"""The settings of a run: one typed model, read from YAML, variables and flags."""

from footfall.settings.devices import Devices
from footfall.settings.inputs import PingColumns, PingSettings, PlaceColumns, PlaceSettings
from footfall.settings.model import (
    OF_ENGINES,
    JobSettings,
    Prices,
    Privacy,
    SparkSettings,
)
from footfall.settings.quality import Level, Limits, PlaceQuality, Quality
from footfall.settings.storage import CATALOG, FROM_ENVIRONMENT, Catalog, on_object_store
from footfall.settings.values import DayRange
from footfall.settings.visits import Settings

__all__ = [
    "CATALOG",
    "FROM_ENVIRONMENT",
    "OF_ENGINES",
    "Catalog",
    "DayRange",
    "Devices",
    "JobSettings",
    "Level",
    "Limits",
    "PingColumns",
    "PingSettings",
    "PlaceColumns",
    "PlaceQuality",
    "PlaceSettings",
    "Prices",
    "Privacy",
    "Quality",
    "Settings",
    "SparkSettings",
    "on_object_store",
]
