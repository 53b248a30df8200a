#!/usr/bin/env bash
# The local overlay on a kind cluster of its own, from nothing to a run of the sample. `make kind` builds the image first.
# Delete it all with: kind delete cluster --name footfall
set -euo pipefail
cd "$(dirname "$0")/.."

IMAGE=docker.io/library/footfall:dev # as `make image` names it, and overlays/local/version

say() { printf '\n== %s\n' "$*"; }

for program in docker kind kubectl; do
  command -v "$program" >/dev/null || { echo "$program is missing: docs/kubernetes.md says what make kind needs" >&2; exit 2; }
done

say "a cluster named footfall, with the image on its node"
kind get clusters | grep -qx footfall || kind create cluster --name footfall --config k8s/kind.yaml --wait 120s
KUBECONFIG=$(mktemp)
export KUBECONFIG
trap 'rm -f "$KUBECONFIG"' EXIT
kind export kubeconfig --name footfall --kubeconfig "$KUBECONFIG"
kind load docker-image "$IMAGE" --name footfall

say "Argo CD, and through it the operator and the workflows that argocd/ names"
kubectl create namespace argocd --dry-run=client --output yaml | kubectl apply -f -
kubectl apply --server-side -n argocd -k argocd/install
kubectl -n argocd rollout status deployment,statefulset --timeout 5m
kubectl kustomize argocd | kubectl apply -n argocd -l footfall.io/platform=true -f -
kubectl -n argocd wait application -l footfall.io/platform=true --for jsonpath='{.status.health.status}'=Healthy --timeout 10m

say "the job: its template, accounts, limits and policies, and a stand-in for S3 and Glue"
kubectl apply -k k8s/overlays/local
kubectl -n footfall-local rollout status deployment --timeout 5m

say "a run of the sample"
.venv/bin/footfall submit --on kubernetes --namespace footfall-local --smoke
