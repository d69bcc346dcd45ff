#include "smtpserver/faults.h"

#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::smtpserver {

namespace {

constexpr std::size_t max_pattern_size = 320; // of an address (RFC 5321 section 4.5.3.1)
constexpr std::size_t max_reply_text = 400;

Stage stage_of(std::string_view localpart) {
  if (localpart.starts_with("mailfrom")) return Stage::mail;
  if (localpart.starts_with("rcptto")) return Stage::rcpt;
  return Stage::data;
}

std::optional<std::uint16_t> code_at_end(std::string_view localpart) {
  if (localpart.size() < 3) return std::nullopt;
  const auto digits = localpart.substr(localpart.size() - 3);
  if (digits[0] != '4' && digits[0] != '5') return std::nullopt;
  return text::parse_number<std::uint16_t>(digits);
}

Fault reply(std::uint16_t code) {
  return {.code = code, .text = "failure asked for by the address"};
}

Result<> check(const FaultRule& rule) {
  const auto& fault = rule.fault;
  if (fault.kind == Fault::Kind::reply && (fault.code < 400 || fault.code > 599))
    return failure(ErrorKind::invalid,
                   fmt::format("reply {} is not a code from 400 to 599", fault.code));
  if (fault.text.size() > max_reply_text)
    return failure(ErrorKind::invalid, fmt::format("text may have {} bytes", max_reply_text));
  if (!std::ranges::all_of(fault.text, text::is_printable))
    return failure(ErrorKind::invalid, "text may have printable ASCII characters only");
  if (rule.from.size() > max_pattern_size || rule.to.size() > max_pattern_size)
    return failure(ErrorKind::invalid,
                   fmt::format("a pattern may have {} bytes", max_pattern_size));
  if (rule.stage < Stage::rcpt && !rule.to.empty())
    return failure(ErrorKind::invalid,
                   "at that stage no recipient is known yet; leave out to, or take stage rcpt");
  if (rule.stage < Stage::mail && !rule.from.empty())
    return failure(ErrorKind::invalid,
                   "at that stage no sender is known yet; leave out from, or take stage mailfrom");
  // Not the opposite comparison: what is no number fails too.
  if (!(rule.chance >= 0 && rule.chance <= 1))
    return failure(ErrorKind::invalid, fmt::format("chance {} is not from 0 to 1", rule.chance));
  return ok();
}

bool matches(const FaultRule& rule, Stage stage, std::string_view from,
             std::span<const std::string> to) {
  if (rule.stage != stage) return false;
  if (!rule.from.empty() && !matches_glob(rule.from, from)) return false;
  const auto fits = [&](const std::string& recipient) { return matches_glob(rule.to, recipient); };
  return rule.to.empty() || std::ranges::any_of(to, fits);
}

} // namespace

std::optional<Fault> fault_for(std::string_view localpart, Stage stage) {
  const auto name = text::lower(localpart);
  if (stage_of(name) != stage) return std::nullopt;
  if (name.ends_with("timeout")) return Fault{.kind = Fault::Kind::timeout, .text = {}};
  if (name.ends_with("temperror")) return reply(451);
  if (name.ends_with("permerror")) return reply(550);
  if (const auto code = code_at_end(name)) return reply(*code);
  return std::nullopt;
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  // Where to go on when the text after the last "*" does not fit: that "*" takes a byte more.
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  std::size_t p = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || text::lower(pattern[p]) == text::lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Result<> Faults::set(std::vector<FaultRule> rules, std::uint64_t seed) {
  if (rules.size() > max_rules)
    return failure(ErrorKind::invalid, fmt::format("there may be {} rules", max_rules));
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (auto checked = check(rules[i]); !checked)
      return failure(checked.error().kind, fmt::format("rule {}: {}", i + 1, checked.error().text));
  }
  const std::scoped_lock lock(mutex_);
  dice_.clear();
  for (std::size_t i = 0; i < rules.size(); ++i) dice_.emplace_back(seed + i);
  state_.counts.assign(rules.size(), {});
  state_.rules = std::move(rules);
  state_.seed = seed;
  return ok();
}

void Faults::clear() {
  const std::scoped_lock lock(mutex_);
  state_ = {};
  dice_.clear();
}

Faults::State Faults::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

bool Faults::draws(std::size_t rule) {
  // The upper 53 bits as a fraction: the same on every machine, as the library's own is not.
  const double drawn = static_cast<double>(dice_[rule]() >> 11U) * 0x1p-53;
  return drawn < state_.rules[rule].chance;
}

std::optional<Fault> Faults::next(Stage stage, std::string_view from,
                                  std::span<const std::string> to) {
  const std::scoped_lock lock(mutex_);
  std::optional<Fault> found;
  for (std::size_t i = 0; i < state_.rules.size(); ++i) {
    const auto& rule = state_.rules[i];
    if (!matches(rule, stage, from, to)) continue;
    auto& counts = state_.counts[i];
    ++counts.matched;
    const bool acts = draws(i) && !found && (!rule.times || counts.acted < *rule.times);
    if (!acts) continue;
    ++counts.acted;
    found = rule.fault;
  }
  return found;
}

} // namespace mox::smtpserver
