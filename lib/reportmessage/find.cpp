#include "reportmessage/find.h"

#include "archive/extract.h"
#include "message/decoder.h"
#include "message/parser.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <optional>

namespace mox::reportmessage {

namespace {

constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

std::string_view without_mark(std::string_view bytes) {
  if (bytes.starts_with(utf8_mark)) bytes.remove_prefix(utf8_mark.size());
  return bytes;
}

// UTF-16 with its mark is XML to pugixml; nobody sends JSON in it.
bool looks_like(std::string_view bytes, Content content) {
  if (content == Content::xml && (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")))
    return true;
  const auto trimmed = text::trim(without_mark(bytes));
  return trimmed.starts_with(content == Content::xml ? '<' : '{');
}

class Finder {
public:
  Finder(Content content, const Take& take, const Limits& limits)
      : content_(content), take_(take), limits_(limits) {}

  // True when it was taken.
  bool offer(std::string bytes) {
    if (archive::format_of(bytes) != archive::Format::none) {
      ++attempts_;
      auto inside = archive::extract(bytes, {.size = limits_.report});
      if (!inside) return refused(std::move(inside).error());
      return offer_plain(*std::move(inside));
    }
    if (!looks_like(bytes, content_)) return false;
    ++attempts_;
    return offer_plain(std::move(bytes));
  }

  bool exhausted() const { return attempts_ >= limits_.attempts; }

  Result<> finish() const {
    if (first_) return std::unexpected(*first_);
    return failure(ErrorKind::not_found, fmt::format("there is no report in {} in it",
                                                     content_ == Content::xml ? "XML" : "JSON"));
  }

private:
  bool offer_plain(std::string bytes) {
    if (bytes.size() > limits_.report)
      return refused(
          {ErrorKind::full, fmt::format("the report has more than {} bytes", limits_.report)});
    if (bytes.starts_with(utf8_mark)) bytes.erase(0, utf8_mark.size());
    auto taken = take_(std::move(bytes));
    return taken ? true : refused(std::move(taken).error());
  }

  bool refused(Error error) {
    if (!first_) first_ = std::move(error);
    return false;
  }

  Content content_;
  const Take& take_;
  const Limits& limits_;
  std::size_t attempts_ = 0;
  std::optional<Error> first_;
};

// HTML begins like XML.
bool is_candidate(const message::Part& part) {
  return part.kind == message::Part::Kind::leaf && !part.is("text", "html");
}

} // namespace

Result<> find(std::string_view message, Content content, const Take& take, const Limits& limits) {
  if (message.size() > limits.message)
    return failure(ErrorKind::full,
                   fmt::format("the message has more than {} bytes", limits.message));
  const auto parsed = message::parse(message);
  Finder finder(content, take, limits);
  for (const auto& part : parsed.structure.parts) {
    if (!is_candidate(part)) continue;
    const auto body = message.substr(part.body_begin, part.body_size());
    if (finder.offer(message::decode_body(part.encoding, body))) return ok();
    if (finder.exhausted()) break;
  }
  return finder.finish();
}

Result<> find_in_file(std::string_view file, Content content, const Take& take,
                      const Limits& limits) {
  if (archive::format_of(file) == archive::Format::none && !looks_like(file, content))
    return find(file, content, take, limits);
  Finder finder(content, take, limits);
  if (finder.offer(std::string(file))) return ok();
  return finder.finish();
}

} // namespace mox::reportmessage
