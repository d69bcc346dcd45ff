// Reads aggregate reports as found in the wild: generous in what is understood, strict in what it
// may cost. Pure.
#pragma once

#include "dmarc/report.h"
#include "result/result.h"

#include <cstddef>
#include <string>

namespace mox::dmarc {

struct ReportLimits {
  std::size_t size = 20 << 20;  // of the XML, bytes
  std::size_t tags = 2'000'000; // of "<" and "=": bounds the memory
  std::size_t rows = 100'000;   // more fail
  std::size_t results = 100;    // reasons, DKIM and SPF results of one row; more are left out
  std::size_t text = 4096;      // of one text, bytes; the rest is cut off
};

// Understood: any namespace or none, elements in any order and any case, white space, CDATA, the
// drafts before RFC 7489, elements missing; dates as seconds or as text. Not: entities that the
// text itself declares, which stay as they are, and anything outside of it. Takes XML that ends
// early, as far as it is whole. Fails when there is no element "feedback", or nothing in it that
// makes a report: metadata, a policy or a row.
Result<Report> parse_report(std::string xml, const ReportLimits& limits = {});

} // namespace mox::dmarc
