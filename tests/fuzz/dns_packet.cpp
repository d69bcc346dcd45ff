// links: dns text
// A response from the network is read, or refused, in bounded steps; what was read can be shown.
#include "dns/packet.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const dns::Response& response, const dns::Question& question) {
  require(response.aliases.size() <= dns::answer_alias_limit);
  require(response.aliases.empty() ? response.name == question.name
                                   : response.aliases.front() == question.name);
  require(response.ttl.count() >= 0);
  for (const auto& record : response.records) {
    require(record.owner == response.name);
    require(dns::type_of(record.data) == question.type);
    require(record.ttl >= response.ttl);
    require(std::ranges::all_of(dns::to_string(record.data), text::is_printable));
  }
  for (const auto& error : response.extended_errors)
    require(std::ranges::all_of(dns::to_string(error), text::is_printable));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  constexpr dns::Type types[] = {dns::Type::a,   dns::Type::ns,  dns::Type::cname, dns::Type::soa,
                                 dns::Type::ptr, dns::Type::mx,  dns::Type::txt,   dns::Type::aaaa,
                                 dns::Type::srv, dns::Type::tlsa};
  const dns::Question question{*dns::parse_name("example.org"), types[data[0] % std::size(types)]};
  const std::string bytes(data + 1, data + size);
  if (const auto response = dns::parse_trusted_response(bytes, question))
    check(*response, question);
  // The id and the question of the bytes themselves would do.
  const auto query = dns::make_query(question, {.id = 0x1234});
  auto answer = query;
  answer[2] = static_cast<char>(0x81);
  answer += bytes;
  if (const auto response = dns::parse_response(answer, query, question))
    check(*response, question);
  require(dns::parse_response(query, query, question).error() == dns::ResponseFault::foreign);
  return 0;
}
