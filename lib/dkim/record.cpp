#include "dkim/record.h"

#include "dkim/tag_list.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace mox::dkim {

namespace {

constexpr std::string_view version = "DKIM1";

Result<std::vector<std::string>> read_list(const TagList& tags, std::string_view name,
                                           std::vector<std::string> otherwise) {
  const auto value = tags.value(name);
  if (!value || value->empty()) return otherwise;
  const auto words = split_list(*value);
  if (!words) return failure(ErrorKind::invalid, fmt::format("{}=: {}", name, words.error().text));
  return std::vector<std::string>(words->begin(), words->end());
}

Result<Record> read_record(const TagList& tags) {
  Record record;
  MOX_TRY_ASSIGN(hashes, read_list(tags, "h", {}));
  MOX_TRY_ASSIGN(services, read_list(tags, "s", {"*"}));
  MOX_TRY_ASSIGN(flags, read_list(tags, "t", {}));
  record.hashes = std::move(hashes);
  record.services = std::move(services);
  record.flags = std::move(flags);
  if (const auto type = tags.value("k"); type && !type->empty())
    record.key_type = text::lower(*type);
  if (const auto notes = tags.value("n")) record.notes = *notes;
  const auto key = tags.value("p");
  if (!key) return failure(ErrorKind::invalid, "there is no p=");
  auto bytes = decode_base64(*key);
  if (!bytes) return failure(ErrorKind::invalid, fmt::format("p=: {}", bytes.error().text));
  record.public_key = *std::move(bytes);
  return record;
}

// How a record begins that means to be one, whatever follows.
bool claims_to_be_dkim(std::string_view text) {
  const auto spec = text.substr(0, text.find(';'));
  const auto equals = spec.find('=');
  return equals != std::string_view::npos && text::trim(spec.substr(0, equals)) == "v" &&
         text::trim(spec.substr(equals + 1)) == version;
}

} // namespace

bool Record::allows(Hash hash) const {
  return hashes.empty() || std::ranges::any_of(hashes, [&](std::string_view word) {
           return parse_hash(word) == hash;
         });
}

bool Record::is_for(std::string_view service) const {
  return std::ranges::any_of(
      services, [&](std::string_view word) { return word == "*" || text::iequals(word, service); });
}

bool Record::has_flag(std::string_view flag) const {
  return std::ranges::any_of(flags,
                             [&](std::string_view word) { return text::iequals(word, flag); });
}

std::string to_string(const Record& record) {
  auto text = fmt::format("v={}", version);
  if (!record.hashes.empty()) text += fmt::format(";h={}", fmt::join(record.hashes, ":"));
  if (record.key_type != "rsa") text += fmt::format(";k={}", record.key_type);
  if (!record.notes.empty()) text += fmt::format(";n={}", record.notes);
  if (record.services != std::vector<std::string>{"*"})
    text += fmt::format(";s={}", fmt::join(record.services, ":"));
  if (!record.flags.empty()) text += fmt::format(";t={}", fmt::join(record.flags, ":"));
  text += fmt::format(";p={}", text::base64_encode(record.public_key));
  return text;
}

Result<Record, RecordError> parse_record(std::string_view text) {
  const bool is_dkim = claims_to_be_dkim(text);
  const auto refuse = [&](std::string why) {
    return failure(RecordError{is_dkim, std::move(why)});
  };
  if (text.size() > record_limit)
    return refuse(fmt::format("a record of {} bytes is too large", text.size()));
  const auto tags = parse_tag_list(text);
  if (!tags) return refuse(tags.error().text);
  // RFC 6376 section 3.6.1: v= must be the first when it is there.
  if (const auto* tag = tags->find("v"); tag != nullptr) {
    if (tag != &tags->tags().front()) return refuse("v= is not the first tag");
    if (tag->value != version)
      return refuse(fmt::format("v={:?} is not known, only {}", tag->value.substr(0, 40), version));
  }
  auto record = read_record(*tags);
  if (!record) return refuse(std::move(record).error().text);
  return *std::move(record);
}

} // namespace mox::dkim
