#!/usr/bin/env bash
# Identification of a lab of real servers by the service, and by nmap -sV, one after the other on the same ports.
# Usage: [JAVA_HOME=...] bench/lab.sh LAB.PY, a lab that is installed; it is brought up and taken down. Needs the jar of
# ./mvnw -DskipTests package, and nmap. Takes some six minutes, most of them nmap's.
set -euo pipefail
cd "$(dirname "$0")/.."
lab=${1:?usage: bench/lab.sh LAB.PY}
jar=$(ls target/portprint-*.jar | head -n 1)
port=18090
work=$(mktemp -d)
service=
take_down() {
  [[ -z $service ]] || kill "$service" || true
  python3 "$lab" down --state "$work" >/dev/null || true
  rm -rf "$work"
}
trap take_down EXIT
python3 "$lab" up --state "$work" >/dev/null || (($? == 2)) # 2: some of its servers did not start
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -jar "$jar" --server.port=$port >"$work/service.log" 2>&1 &
service=$!
for _ in {1..300}; do
  ! curl -sf "http://127.0.0.1:$port/actuator/health/liveness" >/dev/null || break
  sleep 0.2
done
seconds() { local started=$EPOCHREALTIME; "$@" >&2 || return 1; awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'; }
own=$(seconds python3 "$lab" rest --state "$work" --url "http://127.0.0.1:$port")
nmap=$(seconds python3 "$lab" nmap --state "$work")
awk -v a="$own" -v b="$nmap" 'BEGIN { printf "service %.1f s, nmap -sV %.1f s: %.3f of it\n", a, b, a / b }'
