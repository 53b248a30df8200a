#!/bin/sh
# Kubernetes calls this before it ends an executor: Spark hears SIGPWR, moves its blocks to others and leaves by itself.
# The pod's grace period bounds the wait.
for process in /proc/[0-9]*; do
  [ "$(cat "$process/comm" 2>/dev/null)" = java ] && java=${process#/proc/}
done
[ -n "$java" ] || exit 0
kill -s PWR "$java"
while kill -0 "$java" 2>/dev/null; do sleep 1; done
