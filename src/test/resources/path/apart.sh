#!/usr/bin/env bash
# apart.sh FOLDER DELAY_MS LOSS DROPPED TCP UDP COMMAND...: runs the command in a network namespace of its own, beside which
# lies another with peers at 198.18.0.2 (RFC 2544), over a path as path.py says. Started with
# `unshare --net --pid --fork --kill-child --mount-proc`: nothing of it outlives it, nothing of it reaches any other network.
set -euo pipefail
folder=$1 delay=$2 loss=$3 dropped=$4 tcp=$5 udp=$6
shift 6

words=$(mktemp -d)
trap 'rm -rf "$words"' EXIT

# ready NAME COMMAND...: starts it and waits for its word
ready() {
  local name=$1
  shift
  "$@" >"$words/$name" &
  for _ in {1..200}; do
    ! grep -qs ready "$words/$name" || return 0
    sleep 0.05
  done
  echo "$name does not start" >&2
  return 1
}

ip link set lo up
ready home unshare --net bash -c 'ip link set lo up; echo ready; exec sleep 600'
home=$!
ready path python3 "$folder/path.py" near far "$delay" "$loss" "$dropped"
ip link set far netns "$home"
nsenter --target "$home" --net ip addr add 198.18.0.2/30 dev far
nsenter --target "$home" --net ip link set far up
ip addr add 198.18.0.1/30 dev near
ip link set near up
ready peers nsenter --target "$home" --net python3 "$folder/peers.py" "$tcp" "$udp"
"$@"
