#include "localapi/trace.h"

#include "message/field.h"
#include "text/ascii.h"

#include <cstddef>

namespace mox::localapi {

namespace {

constexpr std::string_view login_words = "Authenticated sender: ";

struct Token {
  bool is_comment = false; // without its parentheses
  std::string text;
};

// A comment up to its end, which a backslash does not let be one. `text` begins behind "(".
std::string take_comment(std::string_view& text) {
  std::string comment;
  while (!text.empty()) {
    char c = text.front();
    text.remove_prefix(1);
    if (c == ')') break;
    if (c == '\\' && !text.empty()) {
      c = text.front();
      text.remove_prefix(1);
    }
    comment += c;
  }
  return comment;
}

std::optional<Token> take_token(std::string_view& text) {
  text = text::trim(text);
  if (text.empty()) return std::nullopt;
  if (text.front() == '(') {
    text.remove_prefix(1);
    return Token{.is_comment = true, .text = take_comment(text)};
  }
  const auto word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return Token{.is_comment = false, .text = std::string(word)};
}

// What stands in "[…]".
std::string literal_in(std::string_view text) {
  const auto begin = text.find('[');
  const auto end = text.find(']', begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  auto address = text.substr(begin + 1, end - begin - 1);
  if (address.starts_with("IPv6:")) address.remove_prefix(5);
  return std::string(address);
}

// By the clause that it stands in.
void add_comment(Trace& trace, std::string_view clause, const std::string& comment) {
  if (clause == "from" && trace.remote_ip.empty()) trace.remote_ip = literal_in(comment);
  if (clause != "id") return;
  if (comment.starts_with(login_words)) {
    trace.login = comment.substr(login_words.size());
  } else if (trace.tls_version.empty()) {
    const auto space = comment.find(' ');
    trace.tls_version = comment.substr(0, space);
    if (space != std::string::npos) trace.tls_cipher = comment.substr(space + 1);
  }
}

void read_received(std::string_view text, Trace& trace) {
  text = text.substr(0, text.rfind(';')); // the date is behind the last one
  std::string clause;
  while (auto token = take_token(text)) {
    if (token->is_comment) {
      add_comment(trace, clause, token->text);
      continue;
    }
    clause = token->text;
    if (clause == "for") return; // Delivered-To has it, whatever characters are in it
    const auto value = take_token(text);
    if (!value) return;
    if (clause == "from" && value->text != "unknown") trace.helo = value->text;
    if (clause == "with") trace.protocol = value->text;
    if (clause == "id") trace.id = value->text;
  }
}

} // namespace

std::optional<Trace> parse_trace(std::string_view prefix) {
  const message::Fields fields(prefix);
  const auto* received = fields.find("Received");
  if (received == nullptr) return std::nullopt;
  Trace trace;
  trace.delivered_to = fields.text("Delivered-To");
  trace.mail_from = fields.text("Return-Path");
  if (trace.mail_from.starts_with('<') && trace.mail_from.ends_with('>'))
    trace.mail_from = trace.mail_from.substr(1, trace.mail_from.size() - 2);
  read_received(message::unfold(received->body), trace);
  return trace;
}

} // namespace mox::localapi
