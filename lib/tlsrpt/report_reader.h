// Reads reports about TLS as found in the wild: generous in what is understood, strict in what it
// may cost. Pure.
#pragma once

#include "result/result.h"
#include "tlsrpt/report.h"

#include <cstddef>
#include <string_view>

namespace mox::tlsrpt {

struct ReportLimits {
  std::size_t size = 20 << 20;    // of the JSON, bytes
  std::size_t depth = 32;         // arrays and objects in each other
  std::size_t values = 500'000;   // of arrays and objects: bounds the memory
  std::size_t policies = 10'000;  // more fail
  std::size_t failures = 100'000; // of all policies; more fail
  std::size_t strings = 100;      // of one list; more are left out
  std::size_t text = 4096;        // of one text, bytes; the rest is cut off
};

// Understood: numbers as text and text as numbers, one string where the RFC has a list and the
// other way round, one object for a list of one, null for nothing, dates with any zone or none (UTC
// then), member names in any case, members missing. Fails when it is no JSON object, or has neither
// policies nor an organization.
Result<Report> parse_report(std::string_view json, const ReportLimits& limits = {});

} // namespace mox::tlsrpt
