#include "message/parser.h"

#include "message/envelope.h"
#include "message/field.h"
#include "message/part_fields.h"
#include "text/ascii.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mox::message {

namespace {

// A longer line is no delimiter: boundary, dashes, white space that transport added.
constexpr std::size_t max_delimiter_line = max_boundary_size + 200;

bool has_high_bytes(std::string_view bytes) {
  std::uint64_t all = 0;
  std::size_t i = 0;
  for (; i + sizeof all <= bytes.size(); i += sizeof all) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    all |= word;
  }
  for (; i < bytes.size(); ++i) all |= static_cast<unsigned char>(bytes[i]) & 0x80U;
  return (all & 0x8080808080808080U) != 0;
}

// Line ends in 64 bytes, and whether a dash follows one of them: without branches, so that the
// compiler makes vector instructions of it. One byte more is read.
struct Block {
  static constexpr std::size_t size = 64;

  explicit Block(const char* bytes) {
    for (std::size_t i = 0; i < size; ++i) {
      const unsigned char is_end = bytes[i] == '\n' ? 1 : 0;
      const unsigned char is_dash = bytes[i + 1] == '-' ? 1 : 0;
      newlines = static_cast<unsigned char>(newlines + is_end);
      before_dash = static_cast<unsigned char>(before_dash | (is_end & is_dash));
    }
  }

  unsigned char newlines = 0;
  unsigned char before_dash = 0;
};

// The size of the lines before the first line that begins with a dash, or of all of `bytes`. Adds
// the number of their ends.
std::size_t size_before_dash(std::string_view bytes, std::uint64_t& newlines) {
  std::size_t at = 0;
  for (; bytes.size() - at > Block::size; at += Block::size) {
    const Block block(bytes.data() + at);
    if (block.before_dash != 0) break;
    newlines += block.newlines;
  }
  for (; at < bytes.size(); ++at) {
    if (bytes[at] != '\n') continue;
    ++newlines;
    if (at + 1 < bytes.size() && bytes[at + 1] == '-') return at + 1;
  }
  return bytes.size();
}

std::uint64_t count_newlines(std::string_view bytes) {
  std::uint64_t newlines = 0;
  while (!bytes.empty()) bytes.remove_prefix(size_before_dash(bytes, newlines));
  return newlines;
}

std::string_view without_space_at_end(std::string_view s) {
  while (!s.empty() && text::is_space(s.back())) s.remove_suffix(1);
  return s;
}

std::size_t kept_size(std::span<const Parameter> parameters) {
  std::size_t size = 0;
  for (const auto& [name, value] : parameters)
    size += sizeof(Parameter) + name.size() + value.size();
  return size;
}

} // namespace

Parser::Parser() {
  begin_part(Part::none, 0);
}

void Parser::feed(std::string_view chunk) {
  while (!chunk.empty()) {
    if (at_line_begin_) {
      begin_line(chunk);
    } else if (in_header_) {
      rest_of_header_line(chunk);
    } else {
      scan_body(chunk);
    }
  }
}

Message Parser::finish() {
  if (!held_.empty()) {
    last_ = held_.back();
    if (!delimiter_line(held_)) content(held_);
  }
  while (in_header_) end_header(at_, false);
  close_parts(0, {.offset = at_, .newlines = newlines_, .open_line = last_ != '\n'});
  message_.structure.size = at_;
  return std::move(message_);
}

// Whether the line that begins with `chunk` must be seen whole.
bool Parser::may_be_delimiter(std::string_view chunk) const {
  if (!held_.empty()) return true;
  const char c = chunk.front();
  if (c == '-') return boundaries_ > 0;
  return in_header_ && (c == '\r' || c == '\n');
}

void Parser::begin_line(std::string_view& chunk) {
  if (!may_be_delimiter(chunk)) {
    at_line_begin_ = false;
    return;
  }
  const auto end = chunk.substr(0, max_delimiter_line - held_.size() + 1).find('\n');
  if (end != std::string_view::npos) {
    const auto taken = chunk.substr(0, end + 1);
    chunk.remove_prefix(taken.size());
    at_ += taken.size();
    if (held_.empty()) return whole_line(taken);
    held_ += taken;
    const auto line = std::exchange(held_, {});
    return whole_line(line);
  }
  if (held_.size() + chunk.size() > max_delimiter_line) {
    content(held_);
    last_ = held_.empty() ? last_ : held_.back();
    held_.clear();
    at_line_begin_ = false;
    return;
  }
  held_ += chunk;
  at_ += chunk.size();
  chunk = {};
}

void Parser::whole_line(std::string_view line) {
  last_ = '\n';
  const std::uint8_t end_size = line.ends_with("\r\n") ? 2 : 1;
  const bool ends_header = in_header_ && line.size() == end_size;
  if (ends_header || !delimiter_line(line)) content(line);
  ++newlines_;
  end_line(at_, end_size);
  if (ends_header) end_header(at_, true);
}

void Parser::rest_of_header_line(std::string_view& chunk) {
  const auto end = chunk.find('\n');
  const auto taken = end == std::string_view::npos ? chunk : chunk.substr(0, end + 1);
  const char before = taken.size() > 1 ? taken[taken.size() - 2] : last_;
  header_content(taken);
  chunk.remove_prefix(taken.size());
  at_ += taken.size();
  last_ = taken.back();
  if (last_ != '\n') return;
  ++newlines_;
  end_line(at_, before == '\r' ? 2 : 1);
}

// Goes over lines until one begins with a dash.
void Parser::scan_body(std::string_view& chunk) {
  auto lines = chunk;
  if (boundaries_ == 0) {
    newlines_ += count_newlines(lines);
  } else {
    lines = lines.substr(0, size_before_dash(lines, newlines_));
    pass_lines(lines);
  }
  content(lines);
  at_ += lines.size();
  last_ = lines.back();
  chunk.remove_prefix(lines.size());
}

// Remembers where the last lines begin.
void Parser::pass_lines(std::string_view lines) {
  const auto end = lines.rfind('\n');
  at_line_begin_ = false;
  if (end == std::string_view::npos) return;
  const auto end_before = end > 0 ? lines.rfind('\n', end - 1) : std::string_view::npos;
  if (end_before != std::string_view::npos) line_begin_ = at_ + end_before + 1;
  const char before = end > 0 ? lines[end - 1] : last_;
  end_line(at_ + end + 1, before == '\r' ? 2 : 1);
  at_line_begin_ = end + 1 == lines.size();
}

void Parser::end_line(std::uint64_t next, std::uint8_t end_size) {
  last_line_begin_ = line_begin_;
  last_line_end_size_ = end_size;
  line_begin_ = next;
  at_line_begin_ = true;
}

void Parser::content(std::string_view bytes) {
  if (in_header_) return header_content(bytes);
  if (!sampling_) return;
  message_.sample += bytes.substr(0, max_sample_size - message_.sample.size());
}

void Parser::header_content(std::string_view bytes) {
  if (has_high_bytes(bytes)) message_.structure.utf8_headers = true;
  const bool is_root = open_.back().part == 0;
  auto& header = is_root ? message_.header : header_;
  const auto room = (is_root ? max_header_size : max_part_header_size) - header.size();
  header += bytes.substr(0, room);
  if (bytes.size() <= room || std::exchange(header_cut_, true)) return;
  problem(Problem::Kind::header_too_long, message_.structure.parts[open_.back().part].header_begin);
}

// delimiter := CRLF "--" boundary; close-delimiter := delimiter "--"; then white space only.
// RFC 2046 section 5.1.1 lets any line count that begins so; but a boundary may be the beginning of
// another one, and then only the whole line tells. The innermost multipart comes first.
bool Parser::delimiter_line(std::string_view line) {
  if (boundaries_ == 0 || !line.starts_with("--")) return false;
  line = without_space_at_end(line.substr(2));
  for (std::size_t level = open_.size(); level-- > 0;) {
    const std::string_view boundary = open_[level].boundary;
    if (boundary.empty() || !line.starts_with(boundary)) continue;
    const auto rest = line.substr(boundary.size());
    if (!rest.empty() && rest != "--") continue;
    delimiter(level, !rest.empty());
    return true;
  }
  return false;
}

void Parser::delimiter(std::size_t level, bool closing) {
  const auto& parts = message_.structure.parts;
  const auto before_line_end = line_begin_ - last_line_end_size_;
  while (in_header_)
    end_header(std::max(before_line_end, parts[open_.back().part].header_begin), false);
  if (open_.size() > level + 1) {
    // The line end before a delimiter belongs to it, unless it is that of the header's empty line.
    const auto end = std::max(before_line_end, parts[open_.back().part].body_begin);
    const bool whole = end == line_begin_;
    close_parts(level + 1, {.offset = end,
                            .newlines = whole ? newlines_ : newlines_ - 1,
                            .open_line = !whole && last_line_begin_ < end});
  }
  if (!closing) return begin_part(open_[level].part, at_);
  open_[level].boundary.clear();
  --boundaries_;
}

void Parser::begin_part(std::uint32_t parent, std::uint64_t offset) {
  auto& parts = message_.structure.parts;
  const auto index = static_cast<std::uint32_t>(parts.size());
  Part& part = parts.emplace_back();
  part.parent = parent;
  part.header_begin = offset;
  const bool in_digest = parent != Part::none && parts[parent].is("multipart", "digest");
  part.type = in_digest ? "message" : "text";
  part.subtype = in_digest ? "rfc822" : "plain";
  open_.push_back({.part = index, .boundary = {}, .newlines = newlines_});
  header_.clear();
  header_cut_ = false;
  in_header_ = true;
  if (parts.size() == max_parts) begin_last_part(part);
}

void Parser::begin_last_part(Part& part) {
  part.type = "application";
  part.subtype = "octet-stream";
  part.encoding = Encoding::binary;
  part.body_begin = part.header_begin;
  if (is_message_root(part)) part.envelope = empty_envelope();
  for (Open& open : open_) open.boundary.clear();
  boundaries_ = 0;
  in_header_ = false;
  // The line of a delimiter is counted after it; this body begins behind it.
  if (line_begin_ != at_) ++open_.back().newlines;
  problem(Problem::Kind::too_many_parts, part.header_begin);
}

void Parser::end_header(std::uint64_t body_begin, bool with_empty_line) {
  const auto index = open_.back().part;
  auto& structure = message_.structure;
  Part& part = structure.parts[index];
  part.body_begin = body_begin;
  open_.back().newlines = newlines_;
  in_header_ = false;
  if (!with_empty_line && body_begin > part.header_begin)
    problem(Problem::Kind::header_without_end, part.header_begin);
  const std::string_view header = index == 0 ? message_.header : header_;
  read_part_fields(header, part.header_begin, part, structure.problems);
  if (index != 0) render_envelope(part);
  begin_body(index);
}

void Parser::render_envelope(Part& part) {
  if (!is_message_root(part)) return;
  part.envelope = envelope(Fields(header_));
  if (kept_ + part.envelope.size() <= max_kept_size) return;
  part.envelope = empty_envelope();
  problem(Problem::Kind::too_much_kept, part.header_begin);
}

bool Parser::is_message_root(const Part& part) const {
  return part.parent == Part::none ||
         message_.structure.parts[part.parent].kind == Part::Kind::message;
}

bool Parser::is_at_depth_limit() const {
  return open_.size() > max_depth;
}

void Parser::begin_body(std::uint32_t index) {
  const Part& part = message_.structure.parts[index];
  const bool is_multipart = part.type == "multipart";
  const bool is_message = part.is("message", "rfc822") || part.is("message", "global");
  if (is_multipart) {
    begin_multipart(index);
  } else if (!is_message) {
    begin_sample(index);
  }
  keep(message_.structure.parts[index]);
  if (is_message) begin_message(index);
}

void Parser::begin_multipart(std::uint32_t index) {
  Part& part = message_.structure.parts[index];
  if (is_at_depth_limit()) return problem(Problem::Kind::too_deep, part.header_begin);
  part.kind = Part::Kind::multipart;
  // RFC 2045 section 6.4 forbids it; the delimiters of such mail are there all the same.
  if (part.encoding == Encoding::base64 || part.encoding == Encoding::quoted_printable)
    problem(Problem::Kind::encoded_composite, part.header_begin);
  const auto boundary = without_space_at_end(find_parameter(part.parameters, "boundary"));
  if (boundary.empty() || boundary.size() > max_boundary_size)
    return problem(Problem::Kind::missing_boundary, part.header_begin);
  open_.back().boundary = boundary;
  ++boundaries_;
}

// Messages that are encoded (RFC 2045 section 6.4 forbids it for message/rfc822, RFC 6532 section
// 3.7 allows it for message/global) have no parts that offsets could name: they are content.
void Parser::begin_message(std::uint32_t index) {
  Part& part = message_.structure.parts[index];
  if (part.encoding == Encoding::base64 || part.encoding == Encoding::quoted_printable)
    return problem(Problem::Kind::encoded_composite, part.header_begin);
  if (is_at_depth_limit() || message_.structure.parts.size() == max_parts)
    return problem(Problem::Kind::too_deep, part.header_begin);
  part.kind = Part::Kind::message;
  begin_part(index, part.body_begin);
}

// The fields of parts are in memory until the end: a message may not make that more than a limit.
void Parser::keep(Part& part) {
  if (part.parent == Part::none) return;
  std::size_t size = kept_size(part.parameters) + part.type.size() + part.subtype.size() +
                     part.encoding_name.size() + part.id.size() + part.description.size() +
                     part.md5.size() + part.location.size() + part.envelope.size();
  if (part.disposition)
    size += kept_size(part.disposition->parameters) + part.disposition->type.size();
  for (const auto& language : part.languages) size += sizeof(std::string) + language.size();
  if (kept_ + size <= max_kept_size) {
    kept_ += size;
    return;
  }
  problem(Problem::Kind::too_much_kept, part.header_begin);
  const bool is_long = part.type.size() + part.subtype.size() > 200;
  part.parameters = {};
  part.encoding_name = part.encoding == Encoding::other ? "x-unknown" : "";
  part.id = part.description = part.md5 = part.location = std::string();
  part.languages = {};
  part.disposition.reset();
  if (is_message_root(part)) part.envelope = empty_envelope();
  if (is_long && part.kind == Part::Kind::leaf) {
    part.type = "application";
    part.subtype = "octet-stream";
  }
}

// The text to make a preview of (spec: the first plain or HTML text that is not an attachment; of a
// multipart/signed only the first part, of a multipart/encrypted none; messages inside are not
// entered).
void Parser::begin_sample(std::uint32_t index) {
  if (message_.sample_part != Part::none) return;
  const auto& parts = message_.structure.parts;
  const Part& part = parts[index];
  if (part.is_attachment || !(part.is("text", "plain") || part.is("text", "html"))) return;
  for (auto child = index; parts[child].parent != Part::none; child = parts[child].parent) {
    const Part& around = parts[parts[child].parent];
    if (around.kind == Part::Kind::message || around.is("multipart", "encrypted")) return;
    if (around.is("multipart", "signed") && child != parts[child].parent + 1) return;
  }
  message_.sample_part = index;
  sampling_ = true;
}

// A part without any text leaves the preview to the next one.
void Parser::end_sample() {
  sampling_ = false;
  if (!text::trim(message_.sample).empty()) return;
  message_.sample.clear();
  message_.sample_part = Part::none;
}

void Parser::close_parts(std::size_t level, const End& end) {
  auto& parts = message_.structure.parts;
  while (open_.size() > level) {
    const Open& open = open_.back();
    Part& part = parts[open.part];
    part.body_end = end.offset;
    part.end = static_cast<std::uint32_t>(parts.size());
    if (part.body_end > part.body_begin)
      part.lines = end.newlines - open.newlines + (end.open_line ? 1 : 0);
    if (part.kind == Part::Kind::multipart && part.end == open.part + 1) {
      problem(Problem::Kind::no_parts, part.header_begin);
    } else if (!open.boundary.empty()) {
      problem(Problem::Kind::missing_close_delimiter, part.header_begin);
    }
    if (!open.boundary.empty()) --boundaries_;
    if (sampling_ && open.part == message_.sample_part) end_sample();
    open_.pop_back();
  }
}

void Parser::problem(Problem::Kind kind, std::uint64_t offset) {
  auto& problems = message_.structure.problems;
  if (problems.size() < max_problems) problems.push_back({kind, offset});
}

Message parse(std::string_view message) {
  Parser parser;
  parser.feed(message);
  return parser.finish();
}

} // namespace mox::message
