#!/usr/bin/env bash
# What a start costs: the image's size, the time from `docker run` to readiness with and without the ahead-of-time cache, and the
# memory in use then. One command; it ends the containers that it starts. Some two minutes with five starts of each kind.
#
#   bench/startup.sh [STARTS]          of the image that IMAGE names (portprint)
#
# Each start has two cores and 768 MiB, as in compose.yaml.
set -euo pipefail
cd "$(dirname "$0")/.."
starts=${1:-5}
image=${IMAGE:-portprint}
limit_s=60
key=$(printf %s bench | sha256sum | cut -d' ' -f1)
container=

cleanup() {
  if [[ -n $container ]]; then
    docker rm -f "$container" >/dev/null
  fi
}
trap cleanup EXIT

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# start JAVA_OPTIONS: one start; prints milliseconds to readiness, Spring's own figure in ms, resident memory in MiB
start() {
  local from until address spring resident
  from=$(now_ms)
  container=$(docker run -d --cpus 2 --memory 768m --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    -e "PORTPRINT_API_KEYS_BENCH=sha256:$key" -e "JDK_JAVA_OPTIONS=$1" -p 127.0.0.1::8080 "$image")
  address=$(docker port "$container" 8080/tcp | head -n 1)
  until curl -sf -o /dev/null --max-time 2 "http://$address/actuator/health/readiness"; do
    if (($(now_ms) - from > limit_s * 1000)); then
      docker logs "$container" 2>&1 | tail -n 20 >&2
      echo "bench: not ready within $limit_s s" >&2
      exit 1
    fi
    sleep 0.02
  done
  until=$(now_ms)
  spring=$(docker logs "$container" 2>&1 | sed -n 's/.*Started PortprintApplication in \([0-9.]*\) seconds.*/\1/p' | head -n 1)
  resident=$(docker exec "$container" sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB$/\1/p' /proc/1/status)
  echo "$((until - from)) $(awk -v s="${spring:-0}" 'BEGIN { printf "%d", s * 1000 }') $((resident / 1024))"
  docker rm -f "$container" >/dev/null
  container=
}

# column N FILE: the median and the range
column() {
  cut -d' ' -f"$1" "$2" | sort -n | awk '{ v[NR] = $1 } END { printf "%6d (%d to %d)", v[int((NR + 1) / 2)], v[1], v[NR] }'
}

docker image inspect "$image" >/dev/null 2>&1 || { echo "bench: no image $image; build it first: docker build -t portprint ." >&2; exit 1; }
figures=$(mktemp -d)
trap 'cleanup; rm -rf "$figures"' EXIT

bytes=$(docker image inspect -f '{{.Size}}' "$image")
cache=$(docker run --rm --entrypoint stat "$image" -c %s portprint.aot)
echo "image $((bytes / 1000000)) MB, of it the ahead-of-time cache $((cache / 1000000)) MB; $starts starts of each kind, median (range)"
for kind in auto off; do
  start "-XX:AOTMode=$kind" >/dev/null # warms the page cache
  for _ in $(seq "$starts"); do
    start "-XX:AOTMode=$kind" >>"$figures/$kind"
  done
  [[ $kind == auto ]] && name='with the cache   ' || name='without the cache'
  echo "$name  ready after $(column 1 "$figures/$kind") ms, Spring says $(column 2 "$figures/$kind") ms, resident $(column 3 "$figures/$kind") MiB"
done
