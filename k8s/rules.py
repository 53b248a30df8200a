"""Writes the alert rules once more, as the Prometheus operator takes them: python3 k8s/rules.py"""

from pathlib import Path

OBSERVER = Path(__file__).parent / "components" / "observer"
PLAIN, RULE = OBSERVER / "rules.yaml", OBSERVER / "prometheus-operator" / "prometheus-rule.yaml"
HEAD = """\
# Made by `python3 k8s/rules.py` of ../rules.yaml, which is the file to change.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: footfall
  labels:
    release: kube-prometheus-stack # as in components/prometheus-operator
  annotations:
    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
spec:
"""


def as_object(plain: str) -> str:
    """The rules of a file of Prometheus as a PrometheusRule."""
    lines = [line for line in plain.splitlines() if not line.startswith("#")]
    return HEAD + "".join(f"  {line}\n" if line else "\n" for line in lines)


if __name__ == "__main__":
    RULE.write_text(as_object(PLAIN.read_text(encoding="utf-8")), encoding="utf-8")
