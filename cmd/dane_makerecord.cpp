#include "commands.h"
#include "dane/make_record.h"
#include "dane/tlsa.h"
#include "dialing.h"
#include "json/writer.h"
#include "message_input.h"
#include "resolving.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace mox::cmd {

namespace {

constexpr std::size_t pem_limit = 1 << 20;

struct Fields {
  std::uint8_t usage = 0;
  std::uint8_t selector = 0;
  std::uint8_t matching_type = 0;
};

Result<Fields> read_fields(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(usage, dane::parse_usage(invocation.argument("USAGE")));
  MOX_TRY_ASSIGN(selector, dane::parse_selector(invocation.argument("SELECTOR")));
  MOX_TRY_ASSIGN(matching_type, dane::parse_matching(invocation.argument("MATCHTYPE")));
  return Fields{usage, selector, matching_type};
}

void print(const cli::Invocation& invocation, const dns::Tlsa& record) {
  if (!invocation.given("--json")) {
    fmt::print(invocation.output(), "{}\n", dane::to_string(record));
    return;
  }
  json::Writer json(2);
  json.object();
  json.member("usage", record.usage);
  json.member("selector", record.selector);
  json.member("matching-type", record.matching_type);
  json.member("data", text::hex_encode(record.data));
  json.end();
  fmt::print(invocation.output(), "{}\n", std::move(json).text());
}

} // namespace

Result<int> dane_makerecord(const cli::Invocation& invocation) {
  const auto fields = read_fields(invocation);
  if (!fields) return end(invocation, exit_wrong_use, fields.error().text);
  MOX_TRY_ASSIGN(pem, read_message(invocation.argument("FILE"), pem_limit));
  auto record = dane::make_record(fields->usage, fields->selector, fields->matching_type, pem);
  if (!record)
    return failure(
        ErrorKind::invalid,
        fmt::format("{}: {}", shown_name(invocation.argument("FILE")), record.error().text));
  if (fields->usage > static_cast<std::uint8_t>(dane::Usage::dane_ee))
    fmt::print(invocation.errors(), "warning: the usage {} has no meaning yet\n", fields->usage);
  print(invocation, *record);
  return exit_holds;
}

} // namespace mox::cmd
