#include "spf/verdict.h"

#include "text/ascii.h"

#include <array>

namespace mox::spf {

namespace {

using enum Verdict;

constexpr std::array all = {none, neutral, pass, fail, softfail, temperror, permerror};

} // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
  case none: return "none";
  case neutral: return "neutral";
  case pass: return "pass";
  case fail: return "fail";
  case softfail: return "softfail";
  case temperror: return "temperror";
  case permerror: return "permerror";
  }
  return {};
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (const auto verdict : all)
    if (text::iequals(text, to_string(verdict))) return verdict;
  return std::nullopt;
}

} // namespace mox::spf
