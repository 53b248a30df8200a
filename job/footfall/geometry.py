"""The only room of shapely: everything that needs GEOS."""

import shapely

GEOS_VERSION: str = shapely.geos_version_string
