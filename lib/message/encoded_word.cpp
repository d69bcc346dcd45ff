#include "message/encoded_word.h"

#include "message/charset.h"
#include "message/decoder.h"
#include "message/hex.h"
#include "text/ascii.h"

#include <cstddef>
#include <optional>

namespace mox::message {

namespace {

struct EncodedWord {
  std::string_view charset;
  char encoding = 0; // 'q' or 'b'
  std::string_view text;
  std::size_t size = 0; // of all of it
};

// The "Q" encoding (RFC 2047 section 4.2). What is no code, and white space, which is not allowed,
// stays as it is.
std::string decode_q(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool may_be_code = text[i] == '=' && text.size() - i > 2;
    const int high = may_be_code ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      bytes += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      bytes += text[i] == '_' ? ' ' : text[i];
    }
  }
  return bytes;
}

std::string decoded_bytes(const EncodedWord& word) {
  return word.encoding == 'q' ? decode_q(word.text) : decode_body(Encoding::base64, word.text);
}

class WordDecoder {
public:
  explicit WordDecoder(std::string_view text) : text_(text) {}

  std::string decode() {
    std::size_t plain = 0; // begin of what is not yet written
    std::size_t at = 0;
    while ((at = text_.find("=?", at)) != std::string_view::npos) {
      const auto word = word_at(at);
      if (!word) {
        at += 2;
        continue;
      }
      between(text_.substr(plain, at - plain));
      take(*word);
      at += word->size;
      plain = at;
    }
    flush();
    append_plain(text_.substr(plain));
    return std::move(result_);
  }

private:
  // encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
  std::optional<EncodedWord> word_at(std::size_t at) {
    EncodedWord word;
    const auto charset_end = text_.substr(at + 2, 80).find_first_of("? \t=");
    if (charset_end == 0 || charset_end == std::string_view::npos) return std::nullopt;
    auto next = at + 2 + charset_end;
    word.charset = text_.substr(at + 2, charset_end);
    word.charset = word.charset.substr(0, word.charset.find('*'));
    if (next + 2 >= text_.size() || text_[next] != '?' || text_[next + 2] != '?')
      return std::nullopt;
    word.encoding = text::lower(text_[next + 1]);
    if (word.encoding != 'q' && word.encoding != 'b') return std::nullopt;
    next += 3;
    const auto end = word_end(next);
    if (end == std::string_view::npos) return std::nullopt;
    word.text = text_.substr(next, end - next);
    word.size = end + 2 - at;
    return word;
  }

  // The next "?=" at or after `at`. Remembered, so that text full of beginnings takes linear time.
  std::size_t word_end(std::size_t at) {
    if (end_ == std::string_view::npos || end_ >= at) {
      if (end_known_) return end_;
    }
    end_ = text_.find("?=", at);
    end_known_ = true;
    return end_;
  }

  // RFC 2047 section 6.2: white space between two encoded words is not shown.
  void between(std::string_view plain) {
    if (any_word_ && text::trim(plain).empty()) return;
    flush();
    append_plain(plain);
  }

  // Words of one charset are converted together: senders cut characters in two.
  void take(const EncodedWord& word) {
    if (!text::iequals(word.charset, charset_)) flush();
    charset_ = word.charset;
    bytes_ += decoded_bytes(word);
    any_word_ = true;
  }

  void flush() {
    if (!bytes_.empty()) result_ += to_utf8(bytes_, charset_);
    bytes_.clear();
  }

  void append_plain(std::string_view plain) {
    if (plain.empty()) return;
    any_word_ = false;
    if (text::is_ascii(plain))
      result_ += plain;
    else
      result_ += to_utf8(plain, {});
  }

  std::string_view text_;
  std::string result_;
  std::string_view charset_;
  std::string bytes_; // of the words before that have no end yet
  bool any_word_ = false;
  std::size_t end_ = 0;
  bool end_known_ = false;
};

} // namespace

std::string decode_words(std::string_view text) {
  if (text.find("=?") == std::string_view::npos && text::is_ascii(text)) return std::string(text);
  return WordDecoder(text).decode();
}

} // namespace mox::message
