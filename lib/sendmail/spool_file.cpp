#include "sendmail/spool_file.h"

#include "sendmail/recipients.h"
#include "sendmail/shown.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace mox::sendmail {

namespace {

constexpr std::string_view magic = "mox-sendmail-spool ";
constexpr std::string_view version = "1";

std::unexpected<Error> corrupt(std::string text) {
  return failure(ErrorKind::corrupt, std::move(text));
}

std::string padded(std::string text) {
  text.resize(block_size - 1, ' ');
  return text += '\n';
}

// Takes "name value\n" off the front of `text`; nothing when another line stands there.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name) || text.size() == name.size() || text[name.size()] != ' ')
    return std::nullopt;
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto value = text.substr(name.size() + 1, end - name.size() - 1);
  text.remove_prefix(end + 1);
  return value;
}

template <class T> bool take_number(std::string_view& text, std::string_view name, T& number) {
  const auto value = take_line(text, name);
  if (!value) return false;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  return error == std::errc() && end == value->data() + value->size();
}

bool take_state(std::string_view& text, SpoolState& state) {
  const auto value = take_line(text, "state");
  state = value == "failed" ? SpoolState::failed : SpoolState::waiting;
  return value == "failed" || value == "waiting";
}

} // namespace

std::string print_head(const SpoolHead& head) {
  return padded(fmt::format("{}{}\nenvelope {}\nmessage {}\ncreated {}\n", magic, version,
                            head.envelope_size, head.message_size, head.created));
}

Result<SpoolHead> parse_head(std::string_view block) {
  if (!block.starts_with(magic)) return corrupt("is no file of the spool");
  auto rest = block;
  const auto found = take_line(rest, magic.substr(0, magic.size() - 1));
  if (found && *found != version)
    return failure(
        ErrorKind::unsupported,
        fmt::format("has format {}; this program reads format {}", shown(*found, 20), version));
  SpoolHead head;
  const bool whole = found && take_number(rest, "envelope", head.envelope_size) &&
                     take_number(rest, "message", head.message_size) &&
                     take_number(rest, "created", head.created);
  if (!whole || print_head(head) != block) return corrupt("begins with a damaged block");
  if (head.envelope_size > max_envelope_bytes || head.message_size > max_message_bytes)
    return corrupt(fmt::format("claims {} bytes of addresses and {} of message, which is too much",
                               head.envelope_size, head.message_size));
  return head;
}

std::string print_status(const SpoolStatus& status) {
  return padded(
      fmt::format("number {}\nstate {}\ntries {}\nlast {}\nreason {}\nend {}\n", status.number,
                  status.state == SpoolState::failed ? "failed" : "waiting", status.tries,
                  status.last_try, shown(status.reason, max_reason_bytes), status.number));
}

std::optional<SpoolStatus> parse_status(std::string_view block) {
  SpoolStatus status;
  auto rest = block;
  const bool numbers = take_number(rest, "number", status.number) &&
                       take_state(rest, status.state) && take_number(rest, "tries", status.tries) &&
                       take_number(rest, "last", status.last_try);
  if (!numbers) return std::nullopt;
  const auto reason = take_line(rest, "reason");
  if (!reason) return std::nullopt;
  status.reason = *reason;
  if (print_status(status) != block) return std::nullopt;
  return status;
}

namespace {

std::string notify_text(const Notify& notify) {
  if (notify.never) return "never";
  std::string text;
  const auto add = [&](bool wanted, std::string_view word) {
    if (wanted) text.append(text.empty() ? "" : ",").append(word);
  };
  add(notify.success, "success");
  add(notify.failure, "failure");
  add(notify.delay, "delay");
  return text;
}

std::string print(const Envelope& envelope, std::span<const RecipientState> states) {
  auto text = fmt::format("from {}\n", address::to_string(envelope.sender));
  const auto& [notify, returned, envelope_id] = envelope.reports;
  if (notify != Notify{}) text += fmt::format("notify {}\n", notify_text(notify));
  if (returned != Returned::unsaid)
    text += fmt::format("return {}\n", returned == Returned::full ? "full" : "hdrs");
  if (!envelope_id.empty()) text += fmt::format("envid {}\n", envelope_id);
  if (envelope.eight_bit) text += "needs 8BITMIME\n";
  if (envelope.smtputf8) text += "needs SMTPUTF8\n";
  for (std::size_t i = 0; i < states.size(); ++i) {
    text += fmt::format("to {} {}\n", static_cast<char>(states[i]),
                        address::to_string(envelope.recipients[i]));
  }
  return text;
}

// Accepts more than is printed; the caller compares.
class EnvelopeReader {
public:
  explicit EnvelopeReader(std::string_view text) : text_(text), rest_(text) {}

  Result<SpoolEnvelope> read() && {
    MOX_TRY(read_sender());
    MOX_TRY(read_wishes());
    while (const auto line = take_line(rest_, "to")) MOX_TRY(read_recipient(*line));
    if (result_.states.empty()) return corrupt("names no recipient");
    if (print(result_.envelope, result_.states) != text_) return corrupt("has a damaged envelope");
    return std::move(result_);
  }

private:
  static Result<address::Path> read_path(std::string_view text) {
    auto path = address::parse_path(
        text, {.localpart_limit = address::localpart_tolerance, .underscore = true});
    if (path) return path;
    return corrupt(fmt::format("has a damaged address: \"{}\"", shown(text)));
  }

  Result<> read_sender() {
    const auto sender = take_line(rest_, "from");
    if (!sender) return corrupt("names no sender");
    if (sender->empty()) return ok();
    MOX_TRY_ASSIGN(path, read_path(*sender));
    result_.envelope.sender = std::move(path);
    return ok();
  }

  Result<> read_wishes() {
    auto& [notify, returned, envelope_id] = result_.envelope.reports;
    if (const auto line = take_line(rest_, "notify")) {
      const auto has = [&](std::string_view word) { return line->find(word) != line->npos; };
      notify = {.never = has("never"),
                .success = has("success"),
                .failure = has("failure"),
                .delay = has("delay")};
    }
    if (const auto line = take_line(rest_, "return"))
      returned = *line == "full" ? Returned::full : Returned::headers;
    if (const auto line = take_line(rest_, "envid")) envelope_id = *line;
    if (envelope_id.size() > max_envelope_id ||
        !std::ranges::all_of(envelope_id, text::is_printable))
      return corrupt("has a damaged envelope id");
    while (const auto line = take_line(rest_, "needs")) {
      if (*line == "8BITMIME")
        result_.envelope.eight_bit = true;
      else
        result_.envelope.smtputf8 = true;
    }
    return ok();
  }

  // "- address"
  Result<> read_recipient(std::string_view line) {
    if (line.size() < 2 || std::string_view("-+!").find(line[0]) == std::string_view::npos)
      return corrupt("has a damaged recipient");
    if (result_.states.size() == max_recipients)
      return corrupt(fmt::format("has more than {} recipients", max_recipients));
    MOX_TRY_ASSIGN(path, read_path(line.substr(2)));
    result_.envelope.recipients.push_back(std::move(path));
    result_.states.push_back(static_cast<RecipientState>(line[0]));
    result_.state_offsets.push_back(static_cast<std::size_t>(line.data() - text_.data()));
    return ok();
  }

  std::string_view text_;
  std::string_view rest_;
  SpoolEnvelope result_;
};

} // namespace

std::string print_envelope(const Envelope& envelope) {
  const std::vector<RecipientState> states(envelope.recipients.size(), RecipientState::waiting);
  return print(envelope, states);
}

Result<SpoolEnvelope> parse_envelope(std::string_view text) {
  return EnvelopeReader(text).read();
}

} // namespace mox::sendmail
