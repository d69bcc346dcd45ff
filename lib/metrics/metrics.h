// What the program counts and measures, for Prometheus. Handed on by reference; usable from all
// threads.
#pragma once

#include "metrics/instrument.h"
#include "metrics/list.h"

#include <memory>
#include <string>

namespace mox::log {
class Logger;
}

namespace mox::metrics {

// A text label value counts up to 100 bytes; a family keeps 1,000 series, and "(other)" for the
// rest.
class Metrics {
  // Before the members that refer to it.
  struct Registry;
  std::unique_ptr<Registry> registry_;

public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The events that `logger` counts become metrics of each render; it must outlive this object.
  void follow(const log::Logger& logger);

  // All metrics in Prometheus' text format.
  std::string render();

#define MOX_METRIC_MEMBER(type, member, ...) const type member;
  MOX_METRICS(MOX_METRIC_MEMBER)
#undef MOX_METRIC_MEMBER
};

} // namespace mox::metrics
