#include "metrics/metrics.h"

#include "log/logger.h"
#include "metrics/description.h"
#include "text/utf8.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

namespace mox::metrics {

namespace {

constexpr std::size_t label_limit = 100;
constexpr std::size_t labels_limit = 6;
constexpr std::size_t series_limit = 1000;

struct Series {
  prometheus::Counter* counter = nullptr;
  prometheus::Gauge* gauge = nullptr;
  prometheus::Histogram* histogram = nullptr;
};

struct Hash {
  using is_transparent = void;

  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
};

// The values of the labels of one series, each behind its size: on the stack, for looking it up.
class Key {
public:
  explicit Key(Labels labels) {
    for (const auto& label : labels.first(std::min(labels.size(), labels_limit))) {
      const auto value = label.view().substr(0, label_limit);
      bytes_[size_++] = static_cast<char>(value.size());
      size_ += value.copy(bytes_.data() + size_, value.size());
    }
  }

  std::string_view view() const { return {bytes_.data(), size_}; }

private:
  std::array<char, (label_limit + 1) * labels_limit> bytes_;
  std::size_t size_ = 0;
};

} // namespace

// prometheus-cpp looks a series up by a map of strings; here that is done once for each, and its
// place kept under a key that costs no allocation.
class Family {
public:
  Family(prometheus::Registry& registry, Description description)
      : description_(std::move(description)) {
    const std::string name(description_.name);
    const std::string help(description_.help);
    switch (description_.type) {
    case Type::counter:
      counters_ = &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
      break;
    case Type::gauge:
      gauges_ = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
      break;
    case Type::histogram:
      histograms_ = &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
      break;
    }
    std::vector<Label> chosen;
    make_known(chosen);
  }

  Series find(Labels labels) {
    const Key key(labels);
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = series_.find(key.view()); found != series_.end()) return found->second;
    }
    const std::unique_lock lock(mutex_);
    if (const auto found = series_.find(key.view()); found != series_.end()) return found->second;
    if (series_.size() < series_limit) return make(labels, key.view());
    const std::vector<Label> others(labels.size(), Label("(other)"));
    const Key other_key(others);
    const auto other = series_.find(other_key.view());
    return other != series_.end() ? other->second : make(others, other_key.view());
  }

private:
  // All combinations of the values that are known beforehand; one series where there are no labels.
  void make_known(std::vector<Label>& chosen) {
    if (chosen.size() == description_.labels.size()) {
      (void)find(chosen);
    } else if (chosen.size() < description_.values.size()) {
      for (const auto value : description_.values[chosen.size()]) {
        chosen.emplace_back(value);
        make_known(chosen);
        chosen.pop_back();
      }
    }
  }

  Series make(Labels labels, std::string_view key) {
    prometheus::Labels named;
    for (std::size_t i = 0; i < description_.labels.size(); ++i)
      named.emplace(description_.labels[i],
                    text::repair_utf8(labels[i].view().substr(0, label_limit)));
    Series made;
    if (counters_ != nullptr) made.counter = &counters_->Add(named);
    if (gauges_ != nullptr) made.gauge = &gauges_->Add(named);
    if (histograms_ != nullptr)
      made.histogram =
          &histograms_->Add(named, prometheus::Histogram::BucketBoundaries(description_.buckets));
    series_.emplace(key, made);
    return made;
  }

  const Description description_;
  prometheus::Family<prometheus::Counter>* counters_ = nullptr;
  prometheus::Family<prometheus::Gauge>* gauges_ = nullptr;
  prometheus::Family<prometheus::Histogram>* histograms_ = nullptr;
  std::shared_mutex mutex_;
  std::unordered_map<std::string, Series, Hash, std::equal_to<>> series_;
};

void add(Family& family, Labels labels, double amount) {
  const auto series = family.find(labels);
  if (series.counter != nullptr) series.counter->Increment(amount);
  if (series.gauge != nullptr) series.gauge->Increment(amount);
}

void set(Family& family, Labels labels, double value) {
  family.find(labels).gauge->Set(value);
}

void observe(Family& family, Labels labels, double value) {
  family.find(labels).histogram->Observe(value);
}

struct Metrics::Registry {
  prometheus::Registry registry;
  std::deque<Family> families;
  std::vector<Description> descriptions = metrics::descriptions();
  const log::Logger* logger = nullptr;
  std::array<std::uint64_t, log::level_count> counted{};
  std::mutex mutex; // of the two above

  Family& make(std::string_view name) {
    const auto found = std::ranges::find(descriptions, name, &Description::name);
    if (found == descriptions.end()) throw std::logic_error("no such metric");
    return families.emplace_back(registry, *found);
  }
};

#define MOX_METRIC_INIT(type, member, name, ...) , member(registry_->make(name))

Metrics::Metrics() : registry_(std::make_unique<Registry>()) MOX_METRICS(MOX_METRIC_INIT) {}

#undef MOX_METRIC_INIT

Metrics::~Metrics() = default;

void Metrics::follow(const log::Logger& logger) {
  const std::lock_guard lock(registry_->mutex);
  registry_->logger = &logger;
}

std::string Metrics::render() {
  {
    const std::lock_guard lock(registry_->mutex);
    const auto take = [this](log::Level level, const Counter<0>& counter) {
      auto& counted = registry_->counted[static_cast<std::size_t>(level)];
      const auto count = registry_->logger->count(level);
      counter.by(static_cast<double>(count - counted));
      counted = count;
    };
    if (registry_->logger != nullptr) {
      take(log::Level::info, logging_level_info);
      take(log::Level::warn, logging_level_warn);
      take(log::Level::error, logging_level_error);
    }
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, registry_->registry.Collect());
  return std::move(text).str();
}

} // namespace mox::metrics
