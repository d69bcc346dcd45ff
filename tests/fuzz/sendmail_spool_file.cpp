// links: sendmail
// A file of the spool, which any user can write and root reads: what is accepted is what would be
// written, within its limits, and an envelope that was read can be sent as it is.
#include "sendmail/recipients.h"
#include "sendmail/spool_file.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mox;
using namespace mox::sendmail;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

void check_head(std::string_view block) {
  const auto head = parse_head(block);
  if (!head) return require(!head.error().text.empty() && is_clean(head.error().text));
  require(print_head(*head) == block);
  require(head->file_size() >= envelope_offset);
  require(head->file_size() <= envelope_offset + max_envelope_bytes + max_message_bytes);
}

void check_status(std::string_view block) {
  const auto status = parse_status(block);
  if (!status) return;
  require(print_status(*status) == block && is_clean(status->reason));
}

void check_envelope(std::string_view text) {
  const auto read = parse_envelope(text);
  if (!read) return require(!read.error().text.empty() && is_clean(read.error().text));
  const auto& [envelope, states, offsets] = *read;
  require(!states.empty() && states.size() <= max_recipients);
  require(states.size() == envelope.recipients.size() && states.size() == offsets.size());
  for (std::size_t i = 0; i < states.size(); ++i)
    require(text[offsets[i]] == static_cast<char>(states[i]));
  require(is_clean(to_string(envelope.sender)) && is_clean(envelope.reports.envelope_id));
  for (const auto& path : envelope.recipients) require(!path.null() && is_clean(to_string(path)));
  const auto again = parse_envelope(print_envelope(envelope));
  require(again && again->envelope == envelope);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  const std::string_view view(bytes);
  check_head(view.substr(0, block_size));
  check_status(view.substr(0, block_size));
  check_envelope(view);
  if (size < envelope_offset) return 0;
  check_status(view.substr(block_size, block_size));
  check_status(view.substr(2 * block_size, block_size));
  check_envelope(view.substr(envelope_offset));
  return 0;
}
