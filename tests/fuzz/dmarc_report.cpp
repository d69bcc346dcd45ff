// links: dmarc text
// A report that is read is UTF-8 within the limits, and is written to what reads the same.
#include "dmarc/report_reader.h"
#include "dmarc/report_writer.h"
#include "text/utf8.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

constexpr dmarc::ReportLimits limits{
    .size = 1 << 16, .tags = 2000, .rows = 20, .results = 5, .text = 200};

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const std::string& text) {
  require(text::is_utf8(text) && text.size() <= 3 * limits.text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = dmarc::parse_report(std::string(data, data + size), limits);
  if (!report) return 0;
  require(report->rows.size() <= limits.rows);
  check(report->metadata.organization);
  for (const auto& row : report->rows) {
    require(row.dkim_results.size() <= limits.results && row.spf_results.size() <= limits.results);
    check(row.header_from);
    for (const auto& result : row.dkim_results) check(result.domain);
  }
  // What cannot stand in XML, and white space at the ends, may change once, not twice.
  const auto once = dmarc::parse_report(dmarc::write_report(*report));
  require(once.has_value());
  const auto twice = dmarc::parse_report(dmarc::write_report(*once));
  require(twice.has_value() && *twice == *once);
  require(once->rows.size() == report->rows.size());
  return 0;
}
