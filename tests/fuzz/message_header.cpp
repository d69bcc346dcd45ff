// links: message
// A header section: its fields are the whole of it, and what is read of each is bounded and clean.
#include "message/content_type.h"
#include "message/field.h"
#include "message/message_id.h"
#include "message/section.h"
#include "message/subject.h"
#include "text/utf8.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mox::message;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_type(const Field& field) {
  const auto type = parse_content_type(field.body);
  if (!type) return;
  require(!type->type.empty() && !type->subtype.empty());
  require(type->parameters.size() <= max_parameters);
  const auto disposition = parse_disposition(field.body);
  if (const auto name = file_name(type->parameters, disposition))
    require(mox::text::is_utf8(*name));
}

void check_ids(const Field& field) {
  for (const auto& id : parse_message_ids(field.body, true)) {
    require(!id.empty() && id.find_first_of("\r\n") == std::string::npos);
    require(canonical_message_id("<" + id + ">") == id);
  }
}

void check_field(const Field& field) {
  check_type(field);
  check_ids(field);
  parse_languages(field.body);
  require(unfold(field.body).find_first_of("\r\n") == std::string::npos);
  require(mox::text::is_utf8(decoded_text(field.body)));
  require(mox::text::is_utf8(base_subject(field.body).text));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string header(data, data + size);
  FieldReader reader(header);
  std::size_t at = 0;
  while (const auto field = reader.next()) {
    require(field->offset == at && field->size > 0);
    at += field->size;
    check_field(*field);
  }
  require(reader.offset() == at);
  const std::vector<std::string> none;
  const auto all = select_fields(header, none, true);
  require(all.starts_with(std::string_view(header).substr(0, at)));
  return 0;
}
