#!/usr/bin/env python3
"""Prints one Markdown table from the result files of compare.sh: ours beside the better of the peers' two
formats, their ratio, and the bar."""

import json
import pathlib
import sys

# (workload, match on fields, column, name, bar as text, function of (ours, peer) that says whether it is met)
ROWS = []


def rate(workload, match, column, name, factor):
    ROWS.append((workload, match, column, name, f"≥ {factor} ×", lambda o, p: p is None or o >= factor * p, max))


def time(workload, match, column, name, limit=None):
    if limit is None:
        ROWS.append((workload, match, column, name, "≤ 1 ×", lambda o, p: p is None or o <= p, min))
    else:
        ROWS.append((workload, match, column, name, f"≤ {limit} ms", lambda o, p: o <= limit, min))


for conns, factor in ((1, 2), (8, 6), (32, 12)):
    rate("smtp-intake", {"conns": conns, "size": 4096}, "delivered_per_s", f"SMTP intake 4 KB, {conns} conn, stored per s", factor)
for conns in (1, 8, 32):
    rate("smtp-intake", {"conns": conns, "size": 65536}, "delivered_per_s", f"SMTP intake 64 KB, {conns} conn, stored per s", 1)
for conns, factor in ((1, 1.1), (8, 3)):
    rate("imap-append", {"conns": conns}, "msgs_per_s", f"APPEND 4 KB, {conns} conn, per s", factor)
for conns in (1, 8):
    rate("submission", {"conns": conns}, "delivered_per_s", f"submission 4 KB, {conns} conn, stored per s", 1)
time("imap-fetch-headers", {"what": "SELECT (new session each time)"}, "lat_ms_p50", "SELECT, ms")
for what, limit, cold in (("ENVELOPE etc", 25, 60), ("FLAGS", 4, 12), ("BODYSTRUCTURE", 12, 40)):
    time("imap-fetch-headers", {"what": what}, "lat_ms_p50", f"FETCH {what} of all, warm, ms", limit)
    time("imap-fetch-headers", {"what": what}, "first_ms", f"FETCH {what} of all, first, ms", cold)
rate("imap-fetch-body", {}, "mb_per_s", "BODY.PEEK[] of all, MB/s", 1.5)
for what in ("TEXT", "SUBJECT", "SINCE", "FROM"):
    time("imap-search", {"what": f"SEARCH {what}"}, "lat_ms_p50", f"SEARCH {what}, ms")
for what, floor in (("UID STORE 1:* +FLAGS (\\Seen)", 300_000), ("COPY 1:*", 150_000), ("EXPUNGE", 100_000)):
    ROWS.append(("imap-store", {"what": what}, "msgs_per_s", f"{what}, per s", f"≥ {floor:,}", lambda o, p, f=floor: o >= f, max))
ROWS.append(("imap-idle-conns", {"conns": 10000, "mailbox_messages": 100}, "pss_kb_per_conn",
             "memory per idle connection of 10,000, mailbox of 100, KB", "≤ 10", lambda o, p: o <= 10, min))
ROWS.append(("startup", {}, "smtp_banner_ms", "start to first SMTP banner, ms", "≤ 50", lambda o, p: o <= 50, min))
ROWS.append(("startup", {}, "imap_banner_ms", "start to first IMAP banner, ms", "≤ 50", lambda o, p: o <= 50, min))
ROWS.append(("startup", {}, "idle_rss_kb", "VmRSS after start, KB", "≤ 16384", lambda o, p: o <= 16384, min))


def load(path):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


def find(lines, workload, match, column):
    for line in lines:
        if line.get("workload") == workload and all(line.get(key) == value for key, value in match.items()):
            return line.get(column), line.get("errors")
    return None, None


def show(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


FLOORS = {"smtp-intake": "floor-delivery", "imap-append": "floor-append"}


def floor_of(lines, workload, match):
    """The rate of the bare store with as many writers, for the small messages that it was measured with: the mean
    of the measurements before and after."""
    if workload not in FLOORS or match.get("size", 4096) != 4096:
        return None
    rates = [line["msgs_per_s"] for line in lines
             if line["workload"] == FLOORS[workload] and line["threads"] == match["conns"]]
    return sum(rates) / len(rates) if rates else None


def median(values):
    values = sorted(values)
    return values[len(values) // 2] if values else None


def print_fresh(folder):
    """Rows of stores that were just made: the median of their runs beside the median of the floor's."""
    ours, floors = (load(folder / f"{name}-fresh.jsonl") for name in ("ours", "floor"))
    for workload, name, column, part, all_conns in (
            ("smtp-intake", "SMTP intake", "delivered_per_s", 0.6, (1, 8, 32)),
            ("imap-append", "APPEND", "msgs_per_s", 0.7, (1, 8))):
        for conns in all_conns:
            runs = [line for line in ours if line["workload"] == workload and line["conns"] == conns]
            own = median([line[column] for line in runs if not line.get("errors")])
            floor = median([line["msgs_per_s"] for line in floors
                            if line["workload"] == FLOORS[workload] and line["threads"] == conns])
            if own is None or floor is None:
                continue
            print(f"| {name} 4 KB, a fresh store, {conns} conn, per s | {show(own)} | – | – | – | ≥ {part} of the floor | "
                  f"{'yes' if own >= part * floor else 'no'} | {show(floor)} | {own / floor:.2f} |")


def main(folder):
    ours, sdbox, maildir, floors = (load(folder / f"{name}.jsonl") for name in ("ours", "sdbox", "maildir", "floor"))
    print("| what | ours | sdbox | Maildir | ours / best peer | bar | met | floor | ours / floor |")
    print("| --- | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: |")
    for workload, match, column, name, bar, met, best in ROWS:
        own, errors = find(ours, workload, match, column)
        peers = [find(lines, workload, match, column)[0] for lines in (sdbox, maildir)]
        there = [value for value in peers if value is not None]
        peer = best(there) if there else None
        ratio = f"{own / peer:.2f}" if own is not None and peer else "–"
        verdict = "–" if own is None else ("errors" if errors else ("yes" if met(own, peer) else "no"))
        floor = floor_of(floors, workload, match)
        part = f"{own / floor:.2f}" if own is not None and floor else "–"
        print(f"| {name} | {show(own)} | {show(peers[0])} | {show(peers[1])} | {ratio} | {bar} | {verdict} | "
              f"{show(floor)} | {part} |")
    print_fresh(folder)
    for line in load(folder / "memory.jsonl"):
        peak = line["peak_rss_anon_kb"]
        workload, _, connections = line["workload"].partition(" ")
        if not connections:
            print(f"| peak RssAnon during {workload}, KB | {show(peak)} | – | – | – | ≤ 65,536 | "
                  f"{'yes' if peak <= 65536 else 'no'} | – | – |")
            continue
        own = (peak - line["first_rss_anon_kb"]) / int(connections)
        print(f"| RssAnon per idle connection of {int(connections):,}, mailbox of 10,000 with 10 % holes, KB | {show(own)} | – | – | "
              f"– | ≤ 10 | {'yes' if own <= 10 else 'no'} | – | – |")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
