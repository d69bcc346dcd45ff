#!/bin/bash
# Measures this server beside Postfix + Dovecot (Maildir and sdbox) in one run on one machine, with the load
# tool and the peers' set-up of ../shared/bench, in a network namespace that has only loopback. As root.
#
#   tests/bench/compare.sh OUT [ours|sdbox|maildir ...]      OUT: a folder on the disk to be measured
#
# Environment: STEPS, MESSAGES, IDLE, SECONDS_PER_RUN as suite.sh has them.
# Writes OUT/ours.jsonl, OUT/sdbox.jsonl, OUT/maildir.jsonl, OUT/memory.jsonl, OUT/floor.txt and prints the table.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
bench=$top/../shared/bench
out=${1:?"usage: compare.sh OUT [ours|sdbox|maildir ...]"}
shift
who=${*:-"ours sdbox maildir"}
mox=$top/build/release/mox
ns=mbench
run="nice -n -10 ip netns exec $ns"
mkdir -p "$out"
out=$(cd "$out" && pwd)

if [ ! -d "$bench" ]; then
  echo "skipped: the load tool is not there ($bench)"
  [ "${CI:-}" = true ] && exit 1
  exit 0
fi
[ -x "$mox" ] || { echo "build the release first: ./dev build release" >&2; exit 1; }
export MAILBENCH=$out/mailbench DIR=$out/peers
[ "$MAILBENCH" -nt "$bench/mailbench.cc" ] || g++ -std=c++20 -O2 -pthread -o "$MAILBENCH" "$bench/mailbench.cc"
"$bench/peers.sh" net
sysctl -qw fs.inotify.max_user_instances=20000

# Of ours, RssAnon: pages of the store's file are page cache, whoever maps them.
watch_memory() { # pid, label: one line with the peak when the file "stop" appears
  local peak=0 now
  rm -f "$out/stop"
  while [ ! -e "$out/stop" ] && [ -e "/proc/$1/status" ]; do
    now=$(awk '/^RssAnon/ {print $2}' "/proc/$1/status" 2>/dev/null || true)
    [ "${now:-0}" -gt "$peak" ] && peak=$now
    sleep 0.05
  done
  printf '{"server": "mox", "workload": "%s", "peak_rss_anon_kb": %s}\n' "$2" "$peak" >> "$out/memory.jsonl"
}

ours() {
  local folder=$out/ours pid step
  rm -rf "$folder" "$out/ours.jsonl" "$out/memory.jsonl"
  local ports="--smtp-port 1025 --imap-port 1143"
  local command="$run $mox localserve --dir $folder --ip 127.0.0.1"
  # shellcheck disable=SC2086
  "$mox" localserve --dir "$folder" --ip 127.0.0.1 --initonly
  $run "$MAILBENCH" startup --label mox $ports --exec "$command" >> "$out/ours.jsonl"
  bash -c "ulimit -n $(ulimit -Hn); exec $command" > "$out/ours.log" 2>&1 &
  pid=$!
  for _ in $(seq 100); do $run bash -c 'exec 3<>/dev/tcp/127.0.0.1/1143' 2>/dev/null && break; sleep 0.1; done
  export ARGS="--label mox $ports --submission-port 1587 --user mox@localhost --password moxmoxmox --rcpt mox@localhost --pid $pid"
  for step in ${STEPS:-fill append intake fetch search store idle submission}; do
    watch_memory "$pid" "$step" &
    STEPS=$step RUN=$run "$bench/suite.sh" other >> "$out/ours.jsonl"
    touch "$out/stop"
    wait "$!" || true
  done
  kill -TERM "$pid"
  wait "$pid" || true
  "$mox" verifydata "$folder"
}

peer() { # maildir or sdbox
  export MAILFMT=$1
  "$bench/peers.sh" dns start
  "$bench/peers.sh" setup postdove
  "$bench/suite.sh" postdove > "$out/$1.jsonl"
  "$bench/peers.sh" dns stop
}

for one in $who; do
  case $one in
  ours) ours ;;
  *) peer "$one" ;;
  esac
done
python3 "$here/table.py" "$out"
