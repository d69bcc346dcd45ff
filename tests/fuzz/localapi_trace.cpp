// links: localapi smtp
//
// Fields that our server put before a message, and others: what is written can be read back.
#include "localapi/trace.h"
#include "smtp/received.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  static_cast<void>(localapi::parse_trace(text));
  smtp::Received received;
  received.by = {"mx.example", ""};
  received.remote_ip = "192.0.2.1";
  received.id = "abc";
  received.recipient = text;
  const auto half = std::string_view(text).substr(0, size / 2);
  received.from = {half, ""};
  received.login = half;
  const auto trace = localapi::parse_trace(smtp::format_received(received));
  if (!trace || trace->id != "abc" || trace->remote_ip != "192.0.2.1" ||
      trace->protocol != "ESMTP" || trace->login.empty() != half.empty())
    std::abort();
  return 0;
}
