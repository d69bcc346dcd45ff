#!/bin/bash
# What a store of a million messages (12 GB) changes: start, intake beside the floor of the same size, bulk
# changes out of its mailbox. As root, on a machine with nothing else to do; takes some fifteen minutes.
#
#   tests/bench/million.sh OUT       OUT: a folder on the disk to be measured
#
# Environment: MOX and BENCH_FLOOR as for compare.sh; MESSAGES (1000000; 200000 at least). Writes OUT/million.jsonl.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
bench=$top/../shared/bench
out=${1:?"usage: million.sh OUT"}
mox=${MOX:-$top/build/release/mox}
floor=${BENCH_FLOOR:-$top/build/release/tests/bench/bench_floor}
messages=${MESSAGES:-1000000}
run="nice -n -10 ip netns exec mbench"
mkdir -p "$out"
out=$(cd "$out" && pwd)
tool=$out/mailbench
[ -d "$bench" ] || { echo "skipped: the load tool is not there ($bench)"; exit 0; }
[ "$tool" -nt "$bench/mailbench.cc" ] || g++ -std=c++20 -O2 -pthread -o "$tool" "$bench/mailbench.cc"
DIR=$out/peers "$bench/peers.sh" net
folder=$out/million
command="$run $mox localserve --dir $folder"
ports="--smtp-port 1025 --imap-port 1143"
account="--user mox@localhost --password moxmoxmox --rcpt mox@localhost"

start() {
  $command > "$out/ours.log" 2>&1 &
  pid=$!
  for _ in $(seq 100); do
    $run bash -c "exec 3<>/dev/tcp/127.0.0.1/1143" 2>/dev/null && break
    sleep 0.1
  done
}

stop() {
  kill -TERM "$pid"
  wait "$pid" || true # the number of the signal
}

load() { # shellcheck disable=SC2086
  $run "$tool" "$@" --label mox $ports $account --pid "$pid" --spread --quiet-wait 1
}

rm -rf "$folder"
"$mox" localserve --dir "$folder" --ip 127.0.0.1 --initonly
start
load imap-fill --count "$messages" --conns 8 > "$out/million.jsonl"
stop
du -sm "$folder" | sed 's/\t.*/ MB/'
# shellcheck disable=SC2086
$run "$tool" startup --label mox $ports --exec "$command" >> "$out/million.jsonl"
start
# The floor's pages are in memory, for it has just written them; so are ours after these.
load imap-append --conns 8 --size 4096 --count 4000 --seconds 3 --repeat 3 |
  sed 's/"conns"/"note": "not in memory", "conns"/' >> "$out/million.jsonl"
in_turn() { # connections, workload, that of the floor
  nice -n -10 "$floor" "$out/bare" 2 "$messages" "$3" "$1" >> "$out/million.jsonl"
  load "$2" --conns "$1" --size 4096 --count 4000 --seconds 3 --repeat 1 >> "$out/million.jsonl"
}
for _ in 1 2 3; do
  for connections in 1 8; do in_turn "$connections" imap-append append; done
  for connections in 1 8 32; do in_turn "$connections" smtp-intake delivery; done
done
$run "$here/bulk.py" 127.0.0.1 1143 1025 mox@localhost moxmoxmox Bench "$folder" >> "$out/million.jsonl"
stop
"$mox" verifydata "$folder"
cat "$out/million.jsonl"
