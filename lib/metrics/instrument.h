// Counters, gauges and histograms with labels, cheap enough for every command of every connection.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace mox::metrics {

// All time series of one name.
class Family;

// The value of a label: a text, or a whole number.
class Label {
public:
  template <class Text>
    requires std::convertible_to<const Text&, std::string_view>
  explicit Label(const Text& text) : text_(text) {}

  explicit Label(std::integral auto number) {
    const auto written = std::to_chars(digits_.data(), digits_.data() + digits_.size(), number);
    digits_size_ = static_cast<std::size_t>(written.ptr - digits_.data());
  }

  std::string_view view() const {
    return digits_size_ > 0 ? std::string_view(digits_.data(), digits_size_) : text_;
  }

private:
  std::string_view text_;
  std::array<char, 24> digits_{};
  std::size_t digits_size_ = 0;
};

using Labels = std::span<const Label>;

void add(Family& family, Labels labels, double amount);
void set(Family& family, Labels labels, double value);
void observe(Family& family, Labels labels, double value);

// Counts events: metrics.smtpserver_delivery("reject", "spf").
template <std::size_t label_count> class Counter {
public:
  explicit Counter(Family& family) : family_(family) {}

  void operator()(const auto&... labels) const { by(1, labels...); }

  // `amount` must not be negative.
  void by(double amount, const auto&... labels) const {
    static_assert(sizeof...(labels) == label_count, "a value for each label");
    const std::array<Label, label_count> values{Label(labels)...};
    add(family_, values, amount);
  }

private:
  Family& family_;
};

// Something that goes up and down.
template <std::size_t label_count> class Gauge {
public:
  explicit Gauge(Family& family) : family_(family) {}

  void set(double value, const auto&... labels) const {
    static_assert(sizeof...(labels) == label_count, "a value for each label");
    const std::array<Label, label_count> values{Label(labels)...};
    metrics::set(family_, values, value);
  }

  void by(double amount, const auto&... labels) const {
    static_assert(sizeof...(labels) == label_count, "a value for each label");
    const std::array<Label, label_count> values{Label(labels)...};
    add(family_, values, amount);
  }

private:
  Family& family_;
};

// How values are spread, durations in seconds: metrics.imap_command("fetch", "ok", duration).
template <std::size_t label_count> class Histogram {
public:
  explicit Histogram(Family& family) : family_(family) {}

  void operator()(const auto&... labels_and_value) const {
    static_assert(sizeof...(labels_and_value) == label_count + 1,
                  "a value for each label, then what is observed");
    const auto arguments = std::tie(labels_and_value...);
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      const std::array<Label, label_count> labels{Label(std::get<i>(arguments))...};
      observe(family_, labels, number(std::get<label_count>(arguments)));
    }(std::make_index_sequence<label_count>());
  }

private:
  template <class Rep, class Period>
  static double number(std::chrono::duration<Rep, Period> duration) {
    return std::chrono::duration<double>(duration).count();
  }

  static double number(auto value) { return static_cast<double>(value); }

  Family& family_;
};

} // namespace mox::metrics
