// links: reportmessage dmarc tlsrpt
// A message with a report in it, from anyone: within the limits, whatever it is.
#include "dmarc/report_reader.h"
#include "reportmessage/find.h"
#include "tlsrpt/report_reader.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

constexpr reportmessage::Limits limits{.message = 1 << 17, .report = 1 << 16, .attempts = 5};

void require(bool condition) {
  if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string message(data, data + size);
  std::size_t offers = 0;
  const reportmessage::Take take_xml = [&offers](std::string xml) -> Result<> {
    require(xml.size() <= limits.report);
    ++offers;
    MOX_TRY(dmarc::parse_report(std::move(xml), {.tags = 2000}));
    return ok();
  };
  const reportmessage::Take take_json = [&offers](const std::string& json) -> Result<> {
    require(json.size() <= limits.report);
    ++offers;
    MOX_TRY(tlsrpt::parse_report(json, {.values = 2000}));
    return ok();
  };
  (void)reportmessage::find(message, reportmessage::Content::xml, take_xml, limits);
  (void)reportmessage::find_in_file(message, reportmessage::Content::json, take_json, limits);
  require(offers <= 2 * limits.attempts);
  return 0;
}
