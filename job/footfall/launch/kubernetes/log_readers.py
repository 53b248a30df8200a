"""Reads the logs of a run's drivers in threads, while the main thread watches the run."""

from dataclasses import dataclass, field
from threading import Thread

from footfall.errors import FootfallError
from footfall.launch.driver_log import DriverLog
from footfall.launch.kubernetes.api import Cluster
from footfall.launch.kubernetes.application import Object
from footfall.launch.kubernetes.status import is_driver_started

_LOG_SECONDS = 60  # after the end of a run, for the rest of its log
_LAST_SECONDS = 2  # for a reader to stop; it may be waiting for a silent log


@dataclass
class Readers:
    """One thread for each driver pod of a run; there are several if the operator retries the driver.

    Attributes:
        cluster: Where the pods are.
        log: Takes the lines.
    """

    cluster: Cluster
    log: DriverLog
    threads: dict[str, Thread] = field(default_factory=dict)
    failures: list[FootfallError] = field(default_factory=list)
    is_stopping: bool = False

    def read(self, pod: Object | None) -> None:
        """Start to read the log of a driver's pod, if it has started and is not read already."""
        if pod and is_driver_started(pod) and pod["metadata"]["uid"] not in self.threads:
            thread = Thread(target=self._read, args=(pod["metadata"]["name"],), daemon=True)
            self.threads[pod["metadata"]["uid"]] = thread
            thread.start()

    def finish(self) -> None:
        """Wait until the logs are read to their end, and close `log`.

        Raises:
            FootfallError: A log could not be read.
        """
        for thread in self.threads.values():
            thread.join(_LOG_SECONDS)
        self.log.close()
        if self.failures:
            raise self.failures[0]

    def stop(self) -> None:
        """Stop the readers; a thread still reading at exit would abort the process and change its exit code."""
        self.is_stopping = True
        for thread in self.threads.values():
            thread.join(_LAST_SECONDS)

    def _read(self, pod: str) -> None:
        try:
            for line in self.cluster.log(pod):
                if self.is_stopping:
                    return
                self.log.feed(line)
        except FootfallError as error:
            self.failures.append(error)
