"""What Argo CD says of the environments, as it is seen with kubectl."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.cluster.kubectl import Cluster, until

SYNC_BY_HAND = json.dumps({"operation": {"sync": {}}})


@dataclass(frozen=True)
class ArgoCD:
    """The applications of the environments."""

    cluster: Cluster

    def application(self, environment: str) -> dict[str, Any]:
        """The application of an environment, once it is there; Argo CD is asked to look at Git."""
        words = ("annotate", "--namespace=argocd", "--overwrite", "application", f"footfall-{environment}")
        self.cluster.kubectl(*words, "argocd.argoproj.io/refresh=normal")
        return self.cluster.get("argocd", "application", f"footfall-{environment}") or {}

    def await_applications(self) -> None:
        """Wait until the ApplicationSet has made both."""
        expected = {"footfall-test", "footfall-production"}
        until("both applications", lambda: expected <= self.cluster.all("argocd", "application").keys(), 60)

    def await_sync(self, environment: str, revision: str, seconds: float = 420) -> dict[str, Any]:
        """Wait until the sync of a revision has ended, well or badly, and give its state.

        Where a window keeps production from following by itself, it is synced by hand.
        """
        if environment == "production" and is_closed(datetime.now(UTC)):
            until("the revision", lambda: self._seen(environment) == revision, 60)
            words = ("patch", "--namespace=argocd", "application", "footfall-production", "--type=merge")
            self.cluster.kubectl(*words, f"--patch={SYNC_BY_HAND}")
        return until(
            f"the sync of {environment} to {revision}", lambda: self._ended(environment, revision), seconds
        )

    def is_synced(self, environment: str, revision: str) -> bool:
        """Whether the cluster holds what this revision says."""
        sync = self.application(environment).get("status", {}).get("sync", {})
        return sync.get("status") == "Synced" and sync.get("revision") == revision

    def _seen(self, environment: str) -> str:
        return str(self.application(environment).get("status", {}).get("sync", {}).get("revision"))

    def _ended(self, environment: str, revision: str) -> dict[str, Any] | None:
        state = self.application(environment).get("status", {}).get("operationState", {})
        is_ours = state.get("syncResult", {}).get("revision") == revision
        return state if is_ours and state["phase"] in ("Succeeded", "Failed", "Error") else None


def is_closed(now: datetime) -> bool:
    """Whether production waits for Monday: from Friday 14:00 UTC, for 64 hours (argocd/projects.yaml)."""
    hours = now.weekday() * 24 + now.hour
    return not 6 <= hours < 4 * 24 + 14
