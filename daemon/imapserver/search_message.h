// A message as a search sees it: what a key asks for is read when it is asked for.
#pragma once

#include "imapserver/envelope_text.h"
#include "message/date.h"
#include "message/structure.h"
#include "result/result.h"
#include "store/snapshot.h"
#include "store/store.h"
#include "text/search.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mox::imapserver {

// Goes from message to message with the same buffers. Belongs to one snapshot.
class SearchMessage {
public:
  // All must outlive it.
  SearchMessage(const store::Store& store, const store::Snapshot& snapshot,
                store::AccountId account, std::int64_t now);

  void move_to(std::uint32_t number, const store::Placement& placement);

  std::uint32_t number() const { return number_; }

  const store::Placement& placement() const { return placement_; }

  // Unix seconds, for keys that count back from it.
  std::int64_t now() const { return now_; }

  const store::Content& content();
  // Of the Date field.
  std::optional<message::Date> sent();
  // Decoded texts of header fields, of any of that name. An empty needle asks whether there is one.
  bool header_has(std::string_view field, const text::Needle& needle);
  // Header fields or body.
  bool text_has(const text::Needle& needle);
  // Text parts, decoded, and the header fields of messages inside.
  bool body_has(const text::Needle& needle);

  // Why something of this message could not be read: what was said of it then has no meaning.
  const std::optional<Error>& error() const { return error_; }

private:
  const store::Rendering& rendering();
  const message::Structure* structure();
  // [begin, end) of the blob, whose bytes begin behind the prefix.
  std::string_view blob_bytes(std::uint64_t begin, std::uint64_t end);
  void read_whole();
  std::string_view header();
  bool headers_have(const text::Needle& needle);
  bool read(std::uint64_t offset, std::size_t size, std::string& into);
  bool part_has(const message::Part& part, const text::Needle& needle);
  bool fields_have(std::string_view header, const text::Needle& needle);
  bool is_small();

  const store::Store& store_;
  const store::Snapshot& snapshot_;
  store::MessageReader messages_;
  std::int64_t now_;
  std::uint32_t number_ = 0;
  store::Placement placement_;
  std::optional<store::Content> content_;
  std::optional<store::Rendering> rendering_;
  std::optional<message::Structure> structure_;
  std::optional<Error> error_;
  std::string whole_; // the message, when it is small
  bool has_whole_ = false;
  std::string header_;
  bool has_header_ = false;
  std::string scratch_;
};

} // namespace mox::imapserver
