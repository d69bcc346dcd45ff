#!/bin/bash
# Measures this server beside Postfix + Dovecot (Maildir and sdbox) in one run on one machine, with the load
# tool and the peers' set-up of ../shared/bench, in a network namespace that has only loopback. As root.
#
#   tests/bench/compare.sh OUT [ours|fresh|sdbox|maildir ...]   OUT: a folder on the disk to be measured
#
# "fresh" are the rows of a fresh store; all four are the default.
#
# Environment: STEPS, MESSAGES, IDLE, SECONDS_PER_RUN as suite.sh has them; MOX, a release binary, and
# BENCH_FLOOR, the program bench_floor of the same build.
# Writes OUT/floor.jsonl, ours.jsonl, sdbox.jsonl, maildir.jsonl and memory.jsonl, for fresh stores floor-fresh.jsonl
# and ours-fresh.jsonl, and prints the table.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
bench=$top/../shared/bench
out=${1:?"usage: compare.sh OUT [ours|fresh|sdbox|maildir ...]"}
shift
who=${*:-"ours fresh sdbox maildir"}
mox=${MOX:-$top/build/release/mox}
floor=${BENCH_FLOOR:-$top/build/release/tests/bench/bench_floor}
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
watch_memory() { # pid, label: one line with what it was and the peak when the file "stop" appears
  local first peak=0 now
  rm -f "$out/stop"
  first=$(awk '/^RssAnon/ {print $2}' "/proc/$1/status")
  while [ ! -e "$out/stop" ] && [ -e "/proc/$1/status" ]; do
    now=$(awk '/^RssAnon/ {print $2}' "/proc/$1/status" 2>/dev/null || true)
    [ "${now:-0}" -gt "$peak" ] && peak=$now
    sleep 0.05
  done
  printf '{"server": "mox", "workload": "%s", "first_rss_anon_kb": %s, "peak_rss_anon_kb": %s}\n' "$2" "$first" "$peak" >> "$out/memory.jsonl"
}

# Starts ours; its pid goes to $pid, what mailbench needs to know to ARGS.
start() {
  bash -c "ulimit -n $(ulimit -Hn); exec $command" > "$out/ours.log" 2>&1 &
  pid=$!
  for _ in $(seq 100); do
    $run bash -c "exec 3<>/dev/tcp/127.0.0.1/1143" 2>/dev/null && break
    sleep 0.1
  done
  kill -0 "$pid" 2>/dev/null || { cat "$out/ours.log" >&2; exit 1; }
  export ARGS="--label mox $ports --submission-port 1587 --user mox@localhost --password moxmoxmox --rcpt mox@localhost --pid $pid"
}

stop() {
  kill -TERM "$pid"
  wait "$pid" || true # the number of the signal
}

# Memory of idle connections, each number from a fresh start: in a mailbox with holes, then as for the peers.
idle() {
  local connections
  $run "$here/holes.py" 127.0.0.1 1143 mox@localhost moxmoxmox Bench
  for connections in ${IDLE:-10000}; do
    stop
    start
    watch_memory "$pid" "idle $connections" &
    # shellcheck disable=SC2086
    $run "$MAILBENCH" imap-idle-conns --mailbox Bench --conns "$connections" $ARGS --spread >> "$out/ours.jsonl"
    touch "$out/stop"
    wait "$!" || true
  done
  stop
  start
  STEPS=idle RUN=$run "$bench/suite.sh" other >> "$out/ours.jsonl"
}

# Before and after what is held against it, since the disk is not the same from one minute to the next; each time
# with as many messages as the store then has, since a commit touches more pages of a larger one.
measure_floor() {
  local messages
  messages=$($run "$here/count.py" 127.0.0.1 1143 mox@localhost moxmoxmox)
  $run "$floor" "$out/bare" 2 "$messages" >> "$out/floor.jsonl"
}

# One run of a workload with so many connections on a store that was just made.
fresh_run() { # workload, connections
  rm -rf "$folder"
  "$mox" localserve --dir "$folder" --ip 127.0.0.1 --initonly
  start
  # shellcheck disable=SC2086
  $run "$MAILBENCH" "$1" --conns "$2" --size 4096 --count 1000000 --seconds 2 --repeat 1 $ARGS --spread \
    --quiet-wait 1 >> "$out/ours-fresh.jsonl"
  stop
}

fresh() {
  local folder=$out/fresh pid connections
  local ports="--smtp-port 1025 --imap-port 1143"
  local command="$run $mox localserve --dir $folder"
  rm -f "$out/floor-fresh.jsonl" "$out/ours-fresh.jsonl"
  for _ in 1 2 3; do
    $run "$floor" "$out/bare" 1 >> "$out/floor-fresh.jsonl"
    for connections in 1 8 32; do fresh_run smtp-intake "$connections"; done
    for connections in 1 8; do fresh_run imap-append "$connections"; done
  done
}

ours() {
  local folder=$out/ours pid step
  local ports="--smtp-port 1025 --imap-port 1143"
  local command="$run $mox localserve --dir $folder"
  rm -rf "$folder" "$out/ours.jsonl" "$out/memory.jsonl" "$out/floor.jsonl"
  "$mox" localserve --dir "$folder" --ip 127.0.0.1 --initonly
  # shellcheck disable=SC2086
  $run "$MAILBENCH" startup --label mox $ports --exec "$command" >> "$out/ours.jsonl"
  start
  for step in ${STEPS:-fill append intake fetch search store submission idle}; do
    if [ "$step" = idle ]; then idle; continue; fi
    [ "$step" != append ] || measure_floor
    watch_memory "$pid" "$step" &
    STEPS=$step RUN=$run "$bench/suite.sh" other >> "$out/ours.jsonl"
    touch "$out/stop"
    wait "$!" || true
    [ "$step" != intake ] || measure_floor
  done
  stop
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
  fresh) fresh ;;
  *) peer "$one" ;;
  esac
done
python3 "$here/table.py" "$out"
