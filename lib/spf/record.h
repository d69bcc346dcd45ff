// Records of SPF: the TXT record in which a domain says who may send for it (RFC 7208 sections 3
// to 6 and 12). Pure.
#pragma once

#include "result/result.h"
#include "spf/ip.h"
#include "spf/macro.h"
#include "spf/verdict.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::spf {

enum class Mechanism : std::uint8_t { all, include, a, mx, ptr, ip4, ip6, exists };

// In the order of the enumerators: "all", "include", …
std::string_view to_string(Mechanism mechanism);

// "?mx:example.org/24//64"
struct Directive {
  std::string text;                // as written
  Verdict verdict = Verdict::pass; // of its qualifier: pass, fail, softfail or neutral
  Mechanism mechanism = Mechanism::all;
  MacroString domain;         // empty when none is given: the domain whose record it is
  Ip network;                 // of ip4 and ip6
  std::uint8_t prefix4 = 32;  // of a, mx and ip4
  std::uint8_t prefix6 = 128; // of a, mx and ip6

  bool operator==(const Directive&) const = default;
};

// One that is not known, and means nothing (RFC 7208 section 6).
struct Modifier {
  std::string name;
  MacroString value;

  bool operator==(const Modifier&) const = default;
};

struct Record {
  std::vector<Directive> directives;
  std::optional<MacroString> redirect;
  std::optional<MacroString> explanation;
  std::vector<Modifier> others;

  bool operator==(const Record&) const = default;
};

// "v=spf1", alone or with a space behind, in any case (RFC 7208 section 4.5).
bool is_record(std::string_view text);

// Those of a domain's TXT records that are records of SPF: there should be one.
std::vector<std::string_view> select_records(std::span<const std::string> texts);

// The whole record is read, whatever of it is needed later (RFC 7208 section 4.6). Takes time in
// proportion to its size.
Parsed<Record> parse_record(std::string_view text);

// As text that reads the same, in the order: directives, redirect, exp, others.
std::string to_string(const Record& record);

// "v=spf1 moo: no such mechanism (term 1, \"moo\", at 7)": for people. Printable ASCII.
std::string to_string(const SyntaxError& error);

// Any bytes as printable ASCII, for people: others as "?", cut at `limit`.
std::string shown(std::string_view text, std::size_t limit = 100);

} // namespace mox::spf
