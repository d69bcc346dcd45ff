#include "sendmail/arguments.h"

#include "sendmail/flags.h"
#include "sendmail/shown.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::sendmail {

namespace {

std::unexpected<Error> wrong(std::string text) {
  return failure(ErrorKind::invalid, std::move(text));
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

Mode mode_of(std::string_view program) {
  const auto name = file_name(program);
  if (name == "mailq") return Mode::list;
  if (name == "newaliases") return Mode::aliases;
  return Mode::send;
}

// notify = "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" )
Result<Notify> parse_notify(std::string_view text) {
  if (text::iequals(text, "never")) return Notify{.never = true};
  Notify notify;
  for (auto rest = text;;) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto word = rest.substr(0, end);
    if (text::iequals(word, "success"))
      notify.success = true;
    else if (text::iequals(word, "failure"))
      notify.failure = true;
    else if (text::iequals(word, "delay"))
      notify.delay = true;
    else
      return wrong(fmt::format("-N \"{}\": say never, or some of success, failure and delay with "
                               "commas between them",
                               shown(text)));
    if (end == rest.size()) return notify;
    rest.remove_prefix(end + 1);
  }
}

Result<Returned> parse_returned(std::string_view text) {
  if (text::iequals(text, "full")) return Returned::full;
  if (text::iequals(text, "hdrs")) return Returned::headers;
  return wrong(fmt::format("-R \"{}\": say full or hdrs", shown(text)));
}

Result<std::string> parse_envelope_id(std::string_view text) {
  const bool sound = !text.empty() && text.size() <= max_envelope_id &&
                     std::ranges::all_of(text, text::is_printable);
  if (!sound)
    return wrong(
        fmt::format("-V: an envelope id is 1 to {} printable ASCII characters", max_envelope_id));
  return std::string(text);
}

// "IgnoreDots", "IgnoreDots=true".
bool says_dots_are_text(std::string_view option) {
  constexpr std::string_view name = "IgnoreDots";
  if (!text::istarts_with(option, name)) return false;
  option.remove_prefix(name.size());
  if (option.empty() || option == "=") return true;
  return option.size() > 1 && option[0] == '=' &&
         std::string_view("tTyY1").find(option[1]) != std::string_view::npos;
}

class WordReader {
public:
  WordReader(std::span<const std::string_view> words, Arguments& arguments)
      : words_(words), arguments_(arguments) {}

  Result<> read() {
    bool flags_over = false;
    while (!words_.empty()) {
      const auto word = take_word();
      if (flags_over || !word.starts_with('-')) {
        arguments_.recipients.emplace_back(word);
      } else if (word == "--") {
        flags_over = true;
      } else if (word != "-") {
        MOX_TRY(read_flags(word));
      }
    }
    return ok();
  }

private:
  std::string_view take_word() {
    const auto word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  // One flag, or several letters in one word.
  Result<> read_flags(std::string_view word) {
    std::string rest(word);
    while (rest.size() > 1) {
      const Flag* flag = find_flag(rest);
      if (flag == nullptr) return ok();
      rest.erase(0, flag->name.size());
      if (flag->meaning == Meaning::joined) return read_joined(*flag, std::move(rest));
      if (flag->takes == Takes::nothing) {
        MOX_TRY(apply(*flag, {}));
        rest.insert(0, "-");
        continue;
      }
      return read_value(*flag, std::move(rest));
    }
    return ok();
  }

  // "-b" "p" is "-bp". What has no row in the table has no effect for "-o", and is refused for
  // "-b".
  Result<> read_joined(const Flag& flag, std::string behind) {
    if (!behind.empty()) {
      if (flag.name == "-b") return refuse("-b" + behind, flag);
      return ok();
    }
    if (words_.empty()) return ok();
    const auto next = take_word();
    if (next.empty()) return ok();
    return read_flags(std::string(flag.name).append(next));
  }

  Result<> read_value(const Flag& flag, std::string behind) {
    if (!behind.empty() || flag.takes == Takes::attached) return apply(flag, behind);
    const bool next_is_value =
        !words_.empty() &&
        (flag.takes == Takes::value || (!words_[0].empty() && text::is_digit(words_[0][0])));
    if (next_is_value) return apply(flag, take_word());
    if (flag.takes == Takes::value && flag.meaning != Meaning::ignored)
      return wrong(fmt::format("{} is the last word, and needs a value behind it: {} {}", flag.name,
                               flag.name, flag.value));
    return apply(flag, {});
  }

  static Result<> refuse(std::string_view word, const Flag& flag) {
    return wrong(fmt::format("{}: {}", shown(word), flag.help));
  }

  Result<> apply(const Flag& flag, std::string_view value) {
    switch (flag.meaning) {
    case Meaning::recipients_from_header: arguments_.recipients_from_header = true; break;
    case Meaning::dots_are_text: arguments_.dots_are_text = true; break;
    case Meaning::sender: arguments_.sender = std::string(value); break;
    case Meaning::full_name: arguments_.full_name = value; break;
    case Meaning::send: arguments_.mode = Mode::send; break;
    case Meaning::smtp_session: arguments_.mode = Mode::smtp_session; break;
    case Meaning::list: arguments_.mode = Mode::list; break;
    case Meaning::aliases: arguments_.mode = Mode::aliases; break;
    // "-bp -q" lists.
    case Meaning::flush:
      if (arguments_.mode == Mode::send) arguments_.mode = Mode::flush;
      break;
    case Meaning::notify: return put(arguments_.reports.notify, parse_notify(value));
    case Meaning::returned: return put(arguments_.reports.returned, parse_returned(value));
    case Meaning::envelope_id: return put(arguments_.reports.envelope_id, parse_envelope_id(value));
    case Meaning::long_option:
      if (says_dots_are_text(value)) arguments_.dots_are_text = true;
      break;
    case Meaning::verbose: arguments_.verbose = true; break;
    case Meaning::help: arguments_.mode = Mode::help; break;
    case Meaning::version: arguments_.mode = Mode::version; break;
    case Meaning::joined:
    case Meaning::ignored: break;
    case Meaning::refused: return refuse(flag.name, flag);
    }
    return ok();
  }

  template <class T> static Result<> put(T& place, Result<T> value) {
    if (!value) return std::unexpected(std::move(value).error());
    place = *std::move(value);
    return ok();
  }

  std::span<const std::string_view> words_;
  Arguments& arguments_;
};

Result<> check_size(std::span<const std::string_view> words) {
  if (words.size() > max_words)
    return wrong(
        fmt::format("{} arguments are too many: at most {} are read", words.size(), max_words));
  std::size_t bytes = 0;
  for (const auto word : words) bytes += word.size();
  if (bytes <= max_argument_bytes) return ok();
  return wrong(fmt::format("{} bytes of arguments are too many: at most {} are read", bytes,
                           max_argument_bytes));
}

// A message that nobody would get, or recipients of no message, are a mistake of the caller; taking
// them for something else would lose mail without a word.
Result<> check_recipients(const Arguments& arguments) {
  const bool some = arguments.recipients_from_header || !arguments.recipients.empty();
  switch (arguments.mode) {
  case Mode::send:
    if (some) return ok();
    return wrong("no recipient: name one, or take them from the message with -t");
  case Mode::smtp_session:
  case Mode::list:
  case Mode::flush:
    if (!some) return ok();
    return wrong("-bs, -bp and -q take no recipients, and no -t");
  case Mode::aliases:
  case Mode::help:
  case Mode::version: return ok();
  }
  return ok();
}

} // namespace

Result<Arguments> parse_arguments(std::string_view program,
                                  std::span<const std::string_view> words) {
  MOX_TRY(check_size(words));
  Arguments arguments{.mode = mode_of(program)};
  MOX_TRY(WordReader(words, arguments).read());
  MOX_TRY(check_recipients(arguments));
  return arguments;
}

} // namespace mox::sendmail
