"""The engine that runs the steps in workers of this machine, processes or threads, without Spark and without Java."""

from footfall.engines.embedded.cores import cores
from footfall.engines.embedded.crew import Embedded
from footfall.engines.embedded.threads import Threads

__all__ = ["Embedded", "Threads", "cores"]
