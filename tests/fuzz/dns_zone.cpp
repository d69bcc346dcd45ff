// links: dns text
// The text of a zone is read, or refused with the line; what was read is the same when it is
// written and read again.
#include "dns/anchor.h"
#include "dns/zone.h"
#include "dns/zone_text.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr dns::Type types[] = {dns::Type::a,   dns::Type::ns,  dns::Type::cname, dns::Type::soa,
                               dns::Type::ptr, dns::Type::mx,  dns::Type::txt,   dns::Type::aaaa,
                               dns::Type::srv, dns::Type::tlsa};

void check(const dns::Zone& zone, const dns::Name& name) {
  for (const auto type : types) {
    const auto found = zone.find(name, type);
    require(found.records.empty() || found.exists);
    for (const auto& record : found.records) {
      require(record.owner == name);
      if (dns::type_of(record.data) == dns::Type::soa) continue; // not all of it is kept
      const auto data = dns::to_string(record.data);
      require(std::ranges::all_of(data, text::is_printable));
      // ldns wants some bytes behind the numbers of TLSA.
      if (dns::type_of(record.data) == dns::Type::tlsa && data.ends_with(' ')) continue;
      const auto line = dns::zone_text(name) + ' ' +
                        std::string(dns::to_string(dns::type_of(record.data))) + ' ' + data;
      const auto again = dns::parse_zone(line);
      require(again.has_value());
      const auto same = again->find(name, dns::type_of(record.data));
      require(same.records.size() == 1 && same.records[0].data == record.data);
    }
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  static_cast<void>(dns::parse_anchors(text));
  const auto zone = dns::parse_zone(text);
  if (!zone) {
    require(zone.error().text.find('\n') == std::string::npos);
    return 0;
  }
  check(*zone, {});
  // Names that stand in the text.
  std::string_view rest(text);
  for (int i = 0; i < 20 && !rest.empty(); ++i) {
    const auto word = rest.substr(0, rest.find_first_of(" \t\n"));
    if (const auto name = dns::parse_name(word, {.trailing_dot = true, .any_printable = true}))
      check(*zone, *name);
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return 0;
}
