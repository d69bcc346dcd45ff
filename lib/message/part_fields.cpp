#include "message/part_fields.h"

#include "message/field.h"
#include "text/ascii.h"

#include <array>
#include <utility>

namespace mox::message {

namespace {

struct EncodingName {
  std::string_view name;
  Encoding encoding;
};

constexpr std::array encoding_names = {
    EncodingName{"7bit", Encoding::seven_bit},
    EncodingName{"8bit", Encoding::eight_bit},
    EncodingName{"binary", Encoding::binary},
    EncodingName{"quoted-printable", Encoding::quoted_printable},
    EncodingName{"base64", Encoding::base64},
};

class PartFields {
public:
  PartFields(std::uint64_t offset, Part& part, std::vector<Problem>& problems)
      : offset_(offset), part_(part), problems_(problems) {}

  void read(const Field& field) {
    if (field.name.empty()) return problem(Problem::Kind::malformed_field, field.offset);
    if (!text::istarts_with(field.name, "content-")) return;
    const auto name = field.name.substr(std::string_view("content-").size());
    if (text::iequals(name, "type")) {
      if (first(0)) type(field);
    } else if (text::iequals(name, "transfer-encoding")) {
      if (first(1)) encoding(field);
    } else if (text::iequals(name, "disposition")) {
      if (first(2)) disposition(field);
    } else if (text::iequals(name, "id")) {
      if (first(3)) part_.id = unfold(field.body);
    } else if (text::iequals(name, "description")) {
      if (first(4)) part_.description = unfold(field.body);
    } else if (text::iequals(name, "md5")) {
      if (first(5)) part_.md5 = unfold(field.body);
    } else if (text::iequals(name, "language")) {
      if (first(6)) part_.languages = parse_languages(field.body);
    } else if (text::iequals(name, "location")) {
      if (first(7)) part_.location = unfold(field.body);
    }
  }

private:
  bool first(unsigned field) { return !std::exchange(seen_[field], true); }

  void problem(Problem::Kind kind, std::size_t offset) {
    if (problems_.size() < max_problems) problems_.push_back({kind, offset_ + offset});
  }

  void type(const Field& field) {
    auto parsed = parse_content_type(field.body);
    if (!parsed) {
      // RFC 2045 section 5.2: as if the field were not there. In a multipart/digest, too, text is
      // the safer guess.
      part_.type = "text";
      part_.subtype = "plain";
      return problem(Problem::Kind::malformed_content_type, field.offset);
    }
    part_.type = std::move(parsed->type);
    part_.subtype = std::move(parsed->subtype);
    part_.parameters = std::move(parsed->parameters);
  }

  void encoding(const Field& field) {
    auto token = parse_token(field.body);
    for (const auto& known : encoding_names) {
      if (!text::iequals(token, known.name)) continue;
      part_.encoding = known.encoding;
      return;
    }
    problem(Problem::Kind::unknown_encoding, field.offset);
    if (token.empty()) return;
    part_.encoding = Encoding::other;
    part_.encoding_name = std::move(token);
  }

  void disposition(const Field& field) {
    part_.disposition = parse_disposition(field.body);
    if (!part_.disposition) return problem(Problem::Kind::malformed_disposition, field.offset);
    // RFC 2183 section 2.8: unknown types are treated as attachment.
    part_.is_attachment = part_.disposition->type != "inline";
  }

  std::uint64_t offset_;
  Part& part_;
  std::vector<Problem>& problems_;
  std::array<bool, 8> seen_{};
};

} // namespace

void read_part_fields(std::string_view header, std::uint64_t offset, Part& part,
                      std::vector<Problem>& problems) {
  PartFields fields(offset, part, problems);
  FieldReader reader(header);
  while (const auto field = reader.next()) fields.read(*field);
}

} // namespace mox::message
