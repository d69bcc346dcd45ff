#!/usr/bin/python3
"""The test suite of OpenSPF for RFC 7208, every case of it, by `mox spf check --zone`."""

import sys

from cases import Zone, skip, vectors

try:
    import yaml
except ImportError:
    skip("python3-yaml is missing")


def zone_of(data):
    """The suite's records: SPF stands for TXT too, where a name has no TXT of its own."""
    zone = {}
    for name, entries in data.items():
        records, texts = [], any("TXT" in entry for entry in entries if entry != "TIMEOUT")
        for entry in entries:
            if entry == "TIMEOUT":
                records.append(entry)
                continue
            ((kind, value),) = entry.items()
            if value == "NONE" or (kind == "SPF" and texts):
                continue
            records.append(("TXT" if kind == "SPF" else kind, value))
        zone[name] = records
    return zone


def wrong(case, answer):
    results = case["result"] if isinstance(case["result"], list) else [case["result"]]
    if answer["result"] not in results:
        return f"{answer['result']}, not {' or '.join(results)}"
    if "explanation" in case:
        wanted = "" if case["explanation"] == "DEFAULT" else case["explanation"]
        if answer["explanation"] != wanted:
            return f"explains {answer['explanation']!r}, not {wanted!r}"
    return None


def main():
    count, failed = 0, 0
    with open(vectors("7208-tests.yml"), encoding="utf-8") as file:
        scenarios = [scenario for scenario in yaml.safe_load_all(file) if scenario]
    for scenario in scenarios:
        zone = Zone(zone_of(scenario["zonedata"]))
        for name, case in scenario["tests"].items():
            answer = zone.check(case["host"], case["mailfrom"], case["helo"])
            count += 1
            if why := wrong(case, answer):
                failed += 1
                print(f"{scenario['description']}: {name}: {why}\n{answer}\n{zone.text}")
    print(f"{count} cases, {failed} failed")
    return 1 if failed or count != 203 else 0


sys.exit(main())
