// Parses a message in one pass (RFC 5322, RFC 2045, 2046, 6532). Pure.
//
// No message is refused: what is wrong is noted in Structure::problems and the rest is parsed.
#pragma once

#include "message/structure.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::message {

constexpr std::size_t max_header_size = 1 << 20;       // bytes kept of the message's header section
constexpr std::size_t max_part_header_size = 64 << 10; // of each part's
constexpr std::size_t max_kept_size = 4 << 20; // of all parts' fields and envelopes together
constexpr std::size_t max_sample_size = 1 << 20;
constexpr std::size_t max_boundary_size = 1000; // RFC 2046 section 5.1.1 allows 70

// What one pass leaves of a message.
struct Message {
  Structure structure;
  std::string header; // of the message, its empty line included, as far as it was kept
  // The beginning of the body of the part that a preview is made of, as it stands there.
  std::string sample;
  std::uint32_t sample_part = Part::none; // Part::none: no text to show
};

// Fed with chunks of any size; the result does not depend on the cuts. Memory: the header section,
// the sample, and the parts' fields, each within its limit above.
class Parser {
public:
  Parser();

  void feed(std::string_view chunk);
  // Once, after the last feed.
  Message finish();

private:
  // A part that has not ended.
  struct Open {
    std::uint32_t part = 0;
    std::string boundary;       // empty: none is looked for
    std::uint64_t newlines = 0; // before the body
  };

  // Where parts end.
  struct End {
    std::uint64_t offset = 0;
    std::uint64_t newlines = 0; // before it
    bool open_line = false;     // the last line before it has no line end
  };

  void begin_line(std::string_view& chunk);
  void whole_line(std::string_view line);
  void rest_of_header_line(std::string_view& chunk);
  void scan_body(std::string_view& chunk);
  void pass_lines(std::string_view lines);
  void content(std::string_view bytes);
  void header_content(std::string_view bytes);
  void end_line(std::uint64_t next, std::uint8_t end_size);
  bool delimiter_line(std::string_view line);
  void delimiter(std::size_t level, bool closing);
  bool may_be_delimiter(std::string_view chunk) const;

  void begin_part(std::uint32_t parent, std::uint64_t offset);
  void begin_last_part(Part& part);
  void end_header(std::uint64_t body_begin, bool with_empty_line);
  void begin_body(std::uint32_t index);
  void begin_multipart(std::uint32_t index);
  void begin_message(std::uint32_t index);
  void begin_sample(std::uint32_t index);
  void end_sample();
  void close_parts(std::size_t level, const End& end);
  void render_envelope(Part& part);
  void keep(Part& part);
  bool is_message_root(const Part& part) const;
  bool is_at_depth_limit() const;
  void problem(Problem::Kind kind, std::uint64_t offset);

  Message message_;
  std::vector<Open> open_;     // from the outside in; the last one gets the content
  std::size_t boundaries_ = 0; // in open_
  std::string header_;         // of the part whose header is being read, unless it is the message
  std::string held_;           // the beginning of a line, until it is known what it is
  std::uint64_t at_ = 0;       // offset of the next byte that comes
  std::uint64_t newlines_ = 0; // before it
  std::uint64_t line_begin_ = 0;
  std::uint64_t last_line_begin_ = 0;   // of the line before
  std::uint8_t last_line_end_size_ = 0; // of its line end: 2 for CRLF
  char last_ = '\n';                    // the byte before at_
  bool in_header_ = true;
  bool at_line_begin_ = true;
  bool header_cut_ = false;
  bool sampling_ = false;
  std::size_t kept_ = 0;
};

// Of a message in memory.
Message parse(std::string_view message);

} // namespace mox::message
