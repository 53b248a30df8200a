"""Reads the logs of drivers while others watch their run."""

from dataclasses import dataclass, field
from threading import Thread

from footfall.errors import FootfallError
from footfall.launch.driver_log import DriverLog
from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import Object
from footfall.launch.kubernetes.status import is_driver_started

_LOG_SECONDS = 60  # after the end of a run, for the rest of its log
_LAST_SECONDS = 2  # for a reader to come to rest, of a log that may be silent


@dataclass
class Readers:
    """One reader for each pod that a driver of the run had: an operator may start it again.

    Attributes:
        cluster: Where the pods are.
        log: Who hears the lines.
    """

    cluster: Cluster
    log: DriverLog
    threads: dict[str, Thread] = field(default_factory=dict)
    failures: list[FootfallError] = field(default_factory=list)
    is_left: bool = False

    def read(self, pod: Object | None) -> None:
        """Begin to read the log of a driver that has started, unless that was done already."""
        if pod and is_driver_started(pod) and pod["metadata"]["uid"] not in self.threads:
            thread = Thread(target=self._read, args=(pod["metadata"]["name"],), daemon=True)
            self.threads[pod["metadata"]["uid"]] = thread
            thread.start()

    def finish(self) -> None:
        """Wait for the rest of the log.

        Raises:
            FootfallError: It could not be read.
        """
        for thread in self.threads.values():
            thread.join(_LOG_SECONDS)
        self.log.close()
        if self.failures:
            raise self.failures[0]

    def leave(self) -> None:
        """Let the readers end: one that still works when Python ends aborts the process, whatever its exit code was."""
        self.is_left = True
        for thread in self.threads.values():
            thread.join(_LAST_SECONDS)

    def _read(self, pod: str) -> None:
        try:
            for line in self.cluster.log(pod):
                if self.is_left:
                    return
                self.log.hear(line)
        except FootfallError as error:
            self.failures.append(error)
