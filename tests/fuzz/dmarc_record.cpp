// links: dmarc
// A record that is read is written to what reads the same; each address of its reports can be sent
// to.
#include "dmarc/record.h"
#include "dmarc/uri.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const dmarc::Record& record) {
  require(record.aggregate_reports.size() <= dmarc::uri_limit);
  require(record.percentage <= 100);
  const auto again = dmarc::parse_record(dmarc::to_string(record));
  require(again.has_value() && *again == record);
  for (const auto& uri : record.aggregate_reports) {
    const auto uri_again = dmarc::parse_uri(dmarc::to_string(uri));
    require(uri_again.has_value() && *uri_again == uri);
    const auto address = dmarc::mailto_address(uri);
    if (address) require(address::parse_address(address::to_string(*address)).has_value());
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  if (const auto record = dmarc::parse_record(text)) {
    check(*record);
    require(dmarc::claims(std::vector{text}).size() == 1);
  }
  (void)dmarc::parse_acceptance(text);
  return 0;
}
