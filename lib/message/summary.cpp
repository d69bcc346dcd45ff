#include "message/summary.h"

#include "message/address_list.h"
#include "message/bodystructure.h"
#include "message/envelope.h"
#include "message/field.h"
#include "message/message_id.h"
#include "message/preview.h"
#include "message/structure_encoding.h"
#include "message/subject.h"
#include "text/ascii.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mox::message {

namespace {

class HeaderSummary {
public:
  explicit HeaderSummary(Summary& summary) : summary_(summary) {}

  void read(const Field& field) {
    if (text::iequals(field.name, "message-id")) {
      if (summary_.message_id.empty()) summary_.message_id = first_id(field.body, true);
    } else if (text::iequals(field.name, "in-reply-to")) {
      if (summary_.in_reply_to.empty()) summary_.in_reply_to = first_id(field.body, false);
    } else if (text::iequals(field.name, "references")) {
      auto ids = parse_message_ids(field.body);
      std::ranges::move(ids, std::back_inserter(summary_.references));
    } else if (text::iequals(field.name, "subject")) {
      if (!std::exchange(has_subject_, true)) subject(field.body);
    } else if (text::iequals(field.name, "from")) {
      if (summary_.from_fields++ == 0)
        summary_.from = parse_address_list(field.body).first_address();
    } else if (text::iequals(field.name, "date")) {
      if (!std::exchange(has_date_, true)) summary_.date = parse_date(field.body);
    }
  }

  void finish() {
    auto& ids = summary_.references;
    if (ids.size() <= max_references + 1) return;
    ids.erase(ids.begin() + 1, ids.end() - static_cast<std::ptrdiff_t>(max_references));
  }

private:
  static std::string first_id(std::string_view body, bool any_word) {
    auto ids = parse_message_ids(body, any_word);
    return ids.empty() ? std::string() : std::move(ids.front());
  }

  void subject(std::string_view body) {
    auto base = base_subject(body);
    summary_.subject_base = std::move(base.text);
    summary_.is_response = base.is_response;
  }

  Summary& summary_;
  bool has_subject_ = false;
  bool has_date_ = false;
};

} // namespace

Summary summarize(const Message& message, std::string_view prefix) {
  Summary summary;
  std::string joined;
  if (!prefix.empty()) joined = std::string(prefix) + message.header;
  const Fields fields(prefix.empty() ? std::string_view(message.header) : joined);
  HeaderSummary header(summary);
  for (const Field& field : fields) header.read(field);
  header.finish();

  const Structure& structure = message.structure;
  summary.envelope = envelope(fields);
  summary.bodystructure = bodystructure(structure);
  summary.preview = preview(message);
  summary.structure = encode_structure(structure);
  summary.size = structure.size;
  summary.header_size = structure.root().body_begin;
  summary.lines = structure.root().lines;
  summary.needs_smtputf8 = needs_smtputf8(structure);
  return summary;
}

} // namespace mox::message
