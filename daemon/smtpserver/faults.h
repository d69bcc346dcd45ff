// Failures on purpose, so that a sending program can be shown every kind of failure by a test
// instance: asked for by an address, or by rules.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::smtpserver {

enum class Stage : unsigned char { connect, auth, mail, rcpt, data };

struct Fault {
  enum class Kind : unsigned char {
    reply,
    timeout,    // no reply: the server hangs
    disconnect, // no reply: the connection ends
  };

  Kind kind = Kind::reply;
  std::uint16_t code = 0; // of the reply: 400 to 599
  std::string text;       // of the reply; empty: words of the server's own
  bool operator==(const Fault&) const = default;
};

// Pure. The localpart ends in a three-digit code 4xx or 5xx, in "temperror", "permerror" or
// "timeout". It fails after DATA, or at an earlier command when it begins with that command's word:
// "mailfrom451" as sender at MAIL, "rcpttotimeout" as recipient at RCPT.
std::optional<Fault> fault_for(std::string_view localpart, Stage stage);

// Pure. "*" stands for any characters, "?" for one byte; ASCII letters match in any case. Takes
// time in proportion to the product of the sizes at most.
bool matches_glob(std::string_view pattern, std::string_view text);

struct FaultRule {
  Stage stage = Stage::data;
  Fault fault;
  std::string from;                   // pattern for the sender; empty: any; not before MAIL
  std::string to;                     // pattern for a recipient; empty: any; not before RCPT
  double chance = 1;                  // 0 to 1
  std::optional<std::uint64_t> times; // acts so often and then no more; nothing: always
};

// What a rule has done since it was set.
struct FaultCounts {
  std::uint64_t matched = 0;
  std::uint64_t acted = 0;
};

// The faults of a running server. Safe from any thread.
class Faults {
public:
  static constexpr std::size_t max_rules = 1000;

  // Instead of those that were; counts begin at 0. With the same seed the same rules act on the
  // same sequence of commands. ErrorKind::invalid, with the number of the rule from 1, for rules
  // that cannot be meant; nothing is changed then.
  Result<> set(std::vector<FaultRule> rules, std::uint64_t seed);
  void clear();

  struct State {
    std::uint64_t seed = 0;
    std::vector<FaultRule> rules;
    std::vector<FaultCounts> counts; // of each rule
  };

  State state() const;

  // What is to happen at this command: the first rule that matches and whose chance comes up. Each
  // rule that matches draws once, whatever becomes of the command. Addresses without brackets; the
  // null sender is empty, as it is before MAIL. `to` is the recipient for Stage::rcpt, all for
  // Stage::data, and empty before.
  std::optional<Fault> next(Stage stage, std::string_view from, std::span<const std::string> to);

private:
  bool draws(std::size_t rule);

  mutable std::mutex mutex_;
  State state_;
  std::vector<std::mt19937_64> dice_; // of each rule, so that one does not disturb another
};

} // namespace mox::smtpserver
