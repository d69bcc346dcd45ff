// Finds the report in a message: DMARC's as XML (RFC 7489 section 7.2.1.1), TLSRPT's as JSON
// (RFC 8460 section 5.3), alone or anywhere among the parts, plain, gzip or zip. Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mox::reportmessage {

enum class Content : std::uint8_t { xml, json };

struct Limits {
  std::size_t message = 15 << 20; // bytes
  std::size_t report = 20 << 20;  // bytes, once decompressed
  std::size_t attempts = 10;      // parts that look like a report and are none
};

// What is done with the bytes of something that looks like a report; it may fail.
using Take = std::function<Result<>(std::string)>;

// Gives `take` the content of one part after the other that looks like a report, until it takes
// one. The declared type matters little, because it is often wrong: the bytes are looked at. Fails
// with what was wrong with the first that looked like one; with `not_found` when none did.
Result<> find(std::string_view message, Content content, const Take& take,
              const Limits& limits = {});

// The same for what may be a report without a message around it: the XML, JSON, gzip or zip itself.
Result<> find_in_file(std::string_view file, Content content, const Take& take,
                      const Limits& limits = {});

} // namespace mox::reportmessage
