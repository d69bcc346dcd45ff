#include "cli/invocation.h"
#include "commands.h"
#include "file/descriptor.h"
#include "file/file.h"
#include "json/writer.h"
#include "message/address_list.h"
#include "message/field.h"
#include "message/parser.h"
#include "message/preview.h"
#include "message/summary.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace mox::cmd {

namespace {

using namespace message;

constexpr std::size_t chunk_size = 64 << 10;

// To its end, without keeping it.
Result<> feed_all(int descriptor, std::string_view name, Parser& parser) {
  std::vector<char> buffer(chunk_size);
  while (true) {
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count == 0) return ok();
    if (count > 0) {
      parser.feed({buffer.data(), static_cast<std::size_t>(count)});
    } else if (errno != EINTR) {
      return failure(system_error(fmt::format("read {}", name), errno));
    }
  }
}

Result<Message> read_message(std::string_view name) {
  Parser parser;
  if (name.empty() || name == "-") {
    MOX_TRY(feed_all(STDIN_FILENO, "standard input", parser));
  } else {
    MOX_TRY_ASSIGN(opened, file::open(name, file::Access::read));
    MOX_TRY(feed_all(opened.number(), name, parser));
  }
  return parser.finish();
}

// What a message says of itself as one JSON object.
class Printer {
public:
  explicit Printer(const Message& message)
      : message_(message), fields_(message.header), summary_(summarize(message)) {}

  std::string text() {
    json_.object();
    json_.member("size", summary_.size);
    json_.member("header_size", summary_.header_size);
    json_.member("lines", summary_.lines);
    json_.member("needs_smtputf8", summary_.needs_smtputf8);
    envelope();
    json_.member("preview", summary_.preview);
    json_.key("structure");
    whole_message();
    fields();
    problems();
    json_.key("imap").object();
    json_.member("envelope", summary_.envelope);
    json_.member("bodystructure", summary_.bodystructure);
    json_.end().end();
    return std::move(json_).text();
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

  // Mailboxes of a group stand in the group's list.
  void addresses(std::string_view name) {
    AddressList list;
    for (const Field* field : fields_.find_all(name)) parse_address_list(field->body, list);
    if (list.entries.empty()) return;
    json_.key(name == "reply-to" ? "reply_to" : name).array();
    for (const ListEntry& entry : list.entries) address(entry);
    json_.end();
  }

  void address(const ListEntry& entry) {
    if (entry.kind == ListEntry::Kind::group_end) {
      json_.end().end();
      return;
    }
    json_.object();
    if (entry.kind == ListEntry::Kind::group_begin) {
      json_.member("group", decoded_text(entry.name));
      json_.key("members").array();
      return;
    }
    some("name", decoded_text(entry.name));
    json_.member("address",
                 entry.domain.empty() ? entry.localpart : entry.localpart + "@" + entry.domain);
    json_.end();
  }

  void whole_message() {
    std::vector<std::uint32_t> path;
    inner_message(0, path);
  }

  // The depth is that of the structure, which is bounded (max_depth). `path` are the numbers of the
  // part in IMAP's sections.
  void part(std::uint32_t index, std::vector<std::uint32_t>& path) {
    const Structure& structure = message_.structure;
    const Part& part = structure.parts[index];
    json_.object();
    if (!is_whole_text(part)) json_.member("section", fmt::format("{}", fmt::join(path, ".")));
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
      inner_message(index + 1, path);
    } else if (part.kind == Part::Kind::multipart) {
      json_.key("parts").array();
      children(index, path);
      json_.end();
    }
    json_.end();
  }

  // The parts of a message in a message are numbered below the part that holds it; its body is
  // part 1 when it has no parts (RFC 9051 section 6.4.5.1).
  void inner_message(std::uint32_t index, std::vector<std::uint32_t>& path) {
    const bool is_single = !has_parts(message_.structure.parts[index]);
    if (is_single) path.push_back(1);
    part(index, path);
    if (is_single) path.pop_back();
  }

  bool has_parts(const Part& part) const {
    const auto index = &part - message_.structure.parts.data();
    return part.kind == Part::Kind::multipart && part.end > index + 1;
  }

  // A multipart that is all of a message has no number: it is the message's TEXT.
  bool is_whole_text(const Part& part) const {
    const bool is_top = part.parent == Part::none ||
                        message_.structure.parts[part.parent].kind == Part::Kind::message;
    return is_top && has_parts(part);
  }

  void children(std::uint32_t index, std::vector<std::uint32_t>& path) {
    path.push_back(0);
    for (const auto child : message_.structure.children(index)) {
      ++path.back();
      part(child, path);
    }
    path.pop_back();
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

  const Message& message_;
  Fields fields_;
  Summary summary_;
  json::Writer json_{2};
};

} // namespace

Result<int> message_parse(const cli::Invocation& invocation) {
  MOX_TRY_ASSIGN(message, read_message(invocation.argument("FILE")));
  fmt::print(invocation.output(), "{}\n", Printer(message).text());
  if (invocation.given("--smtputf8"))
    fmt::print(invocation.output(), "message needs smtputf8: {}\n",
               needs_smtputf8(message.structure));
  return cli::exit_done;
}

} // namespace mox::cmd
