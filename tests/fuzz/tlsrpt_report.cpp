// links: tlsrpt text
// A report that is read is UTF-8 within the limits, and is written to what reads the same.
#include "text/utf8.h"
#include "tlsrpt/report_reader.h"
#include "tlsrpt/report_writer.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mox;

namespace {

constexpr tlsrpt::ReportLimits limits{.size = 1 << 16,
                                      .depth = 10,
                                      .values = 2000,
                                      .policies = 20,
                                      .failures = 50,
                                      .strings = 5,
                                      .text = 200};

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const std::string& text) {
  require(text::is_utf8(text) && text.size() <= limits.text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto report = tlsrpt::parse_report(text, limits);
  if (!report) return 0;
  require(report->policies.size() <= limits.policies);
  check(report->organization);
  std::size_t failures = 0;
  for (const auto& policy : report->policies) {
    require(policy.text.size() <= limits.strings);
    check(policy.domain);
    failures += policy.failures.size();
  }
  require(failures <= limits.failures);
  // White space at a place where a text was cut may go once, not twice.
  const auto once = tlsrpt::parse_report(tlsrpt::write_report(*report));
  if (!once) return 0; // neither policies nor an organization were left
  const auto twice = tlsrpt::parse_report(tlsrpt::write_report(*once, 2));
  require(twice.has_value() && *twice == *once);
  require(once->policies.size() == report->policies.size());
  return 0;
}
