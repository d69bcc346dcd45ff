// links: smtp
// What a server offers does not depend on letters' case, nor on being said twice, and every name
// taken from it is within its grammar.
#include "smtp/extensions.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mox;

void require(bool condition) {
  if (!condition) std::abort();
}

smtp::Reply reply_of(std::string_view text) {
  smtp::Reply reply;
  reply.code = 250;
  for (;;) {
    const auto end = text.find('\n');
    reply.lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return reply;
    text.remove_prefix(end + 1);
  }
}

bool is_mechanism(std::string_view name) {
  return !name.empty() && name.size() <= 20 && std::ranges::all_of(name, [](char c) {
    return text::is_upper(c) || text::is_digit(c) || c == '-' || c == '_';
  });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const auto reply = reply_of(input);
  const auto offered = smtp::parse_extensions(reply);
  require(offered.mechanisms.size() <= smtp::Extensions::max_mechanisms);
  require(std::ranges::all_of(offered.mechanisms, is_mechanism));
  require(!offered.max_size || (offered.size && *offered.max_size > 0));
  for (const auto& limit :
       {offered.limits.mail_max, offered.limits.rcpt_max, offered.limits.rcpt_domain_max})
    require(!limit || (*limit > 0 && *limit <= 999999));

  auto other_case = reply;
  for (std::size_t i = 1; i < other_case.lines.size(); ++i)
    other_case.lines[i] = text::lower(other_case.lines[i]);
  require(smtp::parse_extensions(other_case) == offered);

  auto twice = reply;
  twice.lines.insert(twice.lines.end(), reply.lines.begin() + 1, reply.lines.end());
  require(smtp::parse_extensions(twice) == offered);
  return 0;
}
