// Runs one operation over and over on several threads, and prints what came out as a line of JSON,
// in the words of shared/bench's mailbench.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace mox::bench {

struct Run {
  double per_second = 0;
  std::vector<double> latencies; // milliseconds, sorted
  std::size_t operations = 0;
  double seconds = 0;
};

// `operation` is given the thread's number; false ends the program: a bench that fails has no
// result.
inline Run run_for(std::chrono::milliseconds time, std::size_t threads,
                   const std::function<bool(std::size_t)>& operation) {
  using Time = std::chrono::steady_clock;
  std::vector<std::vector<double>> latencies(threads);
  std::atomic<bool> stop = false;
  std::vector<std::thread> all;
  const auto begin = Time::now();
  for (std::size_t i = 0; i < threads; ++i) {
    all.emplace_back([&, i] {
      while (!stop) {
        const auto before = Time::now();
        if (!operation(i)) {
          std::fputs("an operation failed\n", stderr);
          std::_Exit(1);
        }
        latencies[i].push_back(
            std::chrono::duration<double, std::milli>(Time::now() - before).count());
      }
    });
  }
  std::this_thread::sleep_for(time);
  stop = true;
  for (auto& thread : all) thread.join();
  Run run;
  run.seconds = std::chrono::duration<double>(Time::now() - begin).count();
  for (const auto& part : latencies) {
    run.latencies.insert(run.latencies.end(), part.begin(), part.end());
  }
  std::ranges::sort(run.latencies);
  run.operations = run.latencies.size();
  run.per_second = static_cast<double>(run.operations) / run.seconds;
  return run;
}

inline double percentile(const Run& run, double part) {
  if (run.latencies.empty()) return 0;
  const auto last = static_cast<double>(run.latencies.size() - 1);
  return run.latencies[static_cast<std::size_t>(part * last)];
}

// The run with the median rate.
inline const Run& median(std::vector<Run>& runs) {
  std::ranges::sort(runs, {}, &Run::per_second);
  return runs[runs.size() / 2];
}

// `more` is further fields, as `, "name": value`.
inline void print_runs(const std::string& workload, const std::string& what, std::size_t threads,
                       std::vector<Run> runs, const std::string& more = {}) {
  std::string rates;
  for (const auto& run : runs) {
    rates += fmt::format("{}{:.0f}", rates.empty() ? "" : ", ", run.per_second);
  }
  const auto& run = median(runs);
  fmt::print("{{\"workload\": \"{}\", \"what\": \"{}\", \"threads\": {}, \"repeats\": {}, "
             "\"ops\": {}, \"seconds\": {:.3f}, \"msgs_per_s\": {:.0f}, \"lat_ms_p50\": {:.4f}, "
             "\"lat_ms_p99\": {:.4f}, \"runs\": [{}]{}}}\n",
             workload, what, threads, runs.size(), run.operations, run.seconds, run.per_second,
             percentile(run, 0.5), percentile(run, 0.99), rates, more);
  std::fflush(stdout);
}

} // namespace mox::bench
