#include "dns/zone_text.h"
#include "resolver/resolver.h"

#include <fmt/format.h>

namespace mox::resolver {

std::string_view to_string(Problem problem) {
  switch (problem) {
  case Problem::nxdomain: return "no such name";
  case Problem::no_data: return "no such record";
  case Problem::servfail: return "the name server failed";
  case Problem::refused: return "the name server refused to answer";
  case Problem::timeout: return "no answer in time";
  case Problem::network: return "no name server could be reached";
  case Problem::bogus: return "the answer is not genuine, as DNSSEC proves";
  case Problem::no_anchor: return "no trust anchor fits the keys of the zone";
  case Problem::malformed: return "the answer makes no sense";
  case Problem::unsupported: return "the name cannot be asked for";
  }
  return "?";
}

Failure failed(Problem problem, const dns::Name& name, dns::Type type, std::string_view detail) {
  auto text = fmt::format("{} {}: {}", name.empty() ? dns::zone_text(name) : name.ascii(),
                          dns::to_string(type), to_string(problem));
  if (!detail.empty()) text += fmt::format(" ({})", detail);
  return {.problem = problem, .text = std::move(text)};
}

} // namespace mox::resolver
