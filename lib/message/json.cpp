#include "message/json.h"

#include "message/field.h"
#include "message/preview.h"
#include "message/section.h"
#include "message/summary.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::message {

namespace {

void write_entry(json::Writer& json, const ListEntry& entry) {
  if (entry.kind == ListEntry::Kind::group_end) {
    json.end().end();
    return;
  }
  json.object();
  const auto name = decoded_text(entry.name);
  if (entry.kind == ListEntry::Kind::group_begin) {
    json.member("group", name);
    json.key("members").array();
    return;
  }
  if (!name.empty()) json.member("name", name);
  json.member("address",
              entry.domain.empty() ? entry.localpart : entry.localpart + "@" + entry.domain);
  json.end();
}

class Printer {
public:
  Printer(json::Writer& json, const Message& message)
      : json_(json), message_(message), fields_(message.header), summary_(summarize(message)),
        numbers_(section_numbers(message.structure)) {}

  void members() {
    json_.member("size", summary_.size);
    json_.member("header_size", summary_.header_size);
    json_.member("lines", summary_.lines);
    json_.member("needs_smtputf8", summary_.needs_smtputf8);
    envelope();
    json_.member("preview", summary_.preview);
    json_.key("structure");
    part(0);
    fields();
    problems();
    json_.key("imap").object();
    json_.member("envelope", summary_.envelope);
    json_.member("bodystructure", summary_.bodystructure);
    json_.end();
  }

private:
  void envelope() {
    json_.key("envelope").object();
    date();
    if (const Field* subject = fields_.find("subject"))
      json_.member("subject", decoded_text(subject->body));
    for (const auto name : {"from", "sender", "reply-to", "to", "cc", "bcc"}) addresses(name);
    some("message_id", summary_.message_id);
    some("in_reply_to", summary_.in_reply_to);
    if (!summary_.references.empty()) {
      json_.key("references").array();
      for (const auto& id : summary_.references) json_.value(id);
      json_.end();
    }
    json_.end();
  }

  void date() {
    if (!summary_.date) return;
    json_.member("date", summary_.date->seconds);
    json_.member("date_zone_minutes", summary_.date->zone_minutes);
  }

  void some(std::string_view name, std::string_view text) {
    if (!text.empty()) json_.member(name, text);
  }

  void addresses(std::string_view name) {
    AddressList list;
    for (const Field* field : fields_.find_all(name)) parse_address_list(field->body, list);
    if (list.entries.empty()) return;
    json_.key(name == "reply-to" ? "reply_to" : name);
    write_json(json_, list);
  }

  // The depth is that of the structure, which is bounded (max_depth).
  void part(std::uint32_t index) {
    const Part& part = message_.structure.parts[index];
    json_.object();
    some("section", numbers_[index]);
    json_.member("type", part.type + "/" + part.subtype);
    parameters(part);
    json_.member("encoding",
                 part.encoding == Encoding::other ? part.encoding_name : name(part.encoding));
    if (part.disposition) json_.member("disposition", part.disposition->type);
    if (const auto file = file_name(part.parameters, part.disposition))
      json_.member("file_name", *file);
    some("id", part.id);
    some("description", decoded_text(part.description));
    json_.member("header_offset", part.header_begin);
    json_.member("body_offset", part.body_begin);
    json_.member("body_size", part.body_size());
    json_.member("lines", part.lines);
    if (part.kind == Part::Kind::message) {
      json_.key("message");
      this->part(index + 1);
    } else if (part.kind == Part::Kind::multipart) {
      json_.key("parts").array();
      for (const auto child : message_.structure.children(index)) this->part(child);
      json_.end();
    }
    json_.end();
  }

  void parameters(const Part& part) {
    if (part.parameters.empty()) return;
    json_.key("parameters").array();
    for (const auto& [name, value] : part.parameters) {
      json_.object().member("name", name).member("value", value).end();
    }
    json_.end();
  }

  void fields() {
    json_.key("fields").array();
    for (const Field& field : fields_) {
      json_.object();
      json_.member("name", field.name);
      json_.member("value", decoded_text(field.body));
      json_.member("offset", field.offset);
      json_.member("size", field.size);
      json_.end();
    }
    json_.end();
  }

  void problems() {
    json_.key("problems").array();
    for (const Problem& problem : message_.structure.problems) {
      json_.object();
      json_.member("problem", describe(problem.kind));
      json_.member("offset", problem.offset);
      json_.end();
    }
    json_.end();
  }

  json::Writer& json_;
  const Message& message_;
  Fields fields_;
  Summary summary_;
  std::vector<std::string> numbers_; // of the parts, as IMAP has them
};

} // namespace

void write_json(json::Writer& json, const AddressList& list) {
  json.array();
  for (const ListEntry& entry : list.entries) write_entry(json, entry);
  json.end();
}

void write_json(json::Writer& json, const Message& message) {
  Printer(json, message).members();
}

} // namespace mox::message
