"""The engine that runs the steps in workers of this machine, without Spark and without Java."""

from footfall.engines.embedded.crew import Embedded

__all__ = ["Embedded"]
