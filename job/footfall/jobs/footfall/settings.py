"""The settings of the job."""

from footfall.settings import Settings as Settings
