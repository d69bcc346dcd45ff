// links: dns text
// A name that is read is in the one form, and is the same when read again, as ASCII or as Unicode.
#include "dns/name.h"
#include "text/ascii.h"
#include "text/utf8.h"

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

void check(const dns::Name& name, dns::NameRules rules) {
  const auto& ascii = name.ascii();
  require(!ascii.empty() && ascii.size() <= dns::name_limit);
  require(text::is_ascii(ascii) && text::lower(ascii) == ascii);
  require(!ascii.starts_with('.') && !ascii.ends_with('.'));
  require(dns::parse_name(ascii, rules) == name);
  require(dns::parse_name(text::upper(ascii), rules) == name);
  const auto unicode = name.unicode();
  require(text::is_utf8(unicode));
  require(dns::parse_name(unicode, rules) == name);
  require(name.is_internationalised() || unicode == ascii);
  std::size_t labels = 0;
  for (auto above = name; !above.empty(); above = above.parent()) {
    ++labels;
    require(name.is_same_or_below(above));
    require(!above.is_below(name));
  }
  require(labels == name.label_count());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  for (const bool underscore : {false, true}) {
    for (const bool trailing_dot : {false, true}) {
      const dns::NameRules rules{.underscore = underscore, .trailing_dot = trailing_dot};
      if (const auto name = dns::parse_name(bytes, rules)) check(*name, rules);
    }
  }
  const dns::NameRules any{.any_printable = true};
  if (const auto name = dns::parse_name(bytes, any)) {
    require(text::is_ascii(name->ascii()) && name->ascii().size() <= dns::name_limit);
    require(dns::parse_name(name->ascii(), any) == name);
  }
  return 0;
}
