#include "sendmailprogram/program.h"

#include "random/random.h"
#include "sendmail/envelope.h"
#include "sendmail/message.h"
#include "sendmail/shown.h"
#include "sendmailprogram/desk.h"
#include "sendmailprogram/identity.h"
#include "sendmailprogram/listing.h"
#include "sendmailprogram/manual.h"
#include "sendmailprogram/queue.h"
#include "sendmailprogram/rights.h"
#include "sendmailprogram/session.h"
#include "smtp/received.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <exception>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace mox::sendmailprogram {

namespace {

using sendmail::Arguments;
using sendmail::ExitCode;
using sendmail::Mode;

constexpr std::size_t max_error_bytes = 1000;
// What waits may take along so much of the time of a program that wants to send something else.
constexpr std::chrono::minutes least_pause{10};
constexpr std::chrono::seconds most_time{20};

ExitCode fail(const Call& call, ExitCode code, std::string_view text) {
  fmt::print(call.errors, "sendmail: {}\n", sendmail::shown(text, max_error_bytes));
  return code;
}

sendmail::Source source_of(int descriptor) {
  return [descriptor](std::span<char> into) -> Result<std::size_t> {
    while (true) {
      const auto count = ::read(descriptor, into.data(), into.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR)
        return std::unexpected(system_error("read the message from standard input", errno));
    }
  };
}

std::string date_of(std::int64_t now) {
  const std::time_t time = now;
  std::tm local{};
  const bool known = ::localtime_r(&time, &local) != nullptr;
  return smtp::format_date(now, static_cast<std::int16_t>(known ? local.tm_gmtoff / 60 : 0));
}

smtpclient::Trace trace_of(const Call& call, const Arguments& arguments) {
  if (!arguments.verbose) return {};
  return [&call](smtpclient::Direction direction, std::string_view line) {
    fmt::print(call.errors, "{} {}\n", direction == smtpclient::Direction::sent ? '>' : '<',
               sendmail::shown(line, max_error_bytes));
  };
}

// One call that sends: with a message on standard input, or with a session.
class Sender {
public:
  Sender(const Call& call, const Arguments& arguments, const Surroundings& surroundings,
         const submitclient::Route& route, const Caller& caller, const Journal& journal)
      : call_(call), arguments_(arguments), surroundings_(surroundings), route_(route),
        caller_(caller), submitter_(route, clock_, random_, trace_of(call, arguments)),
        desk_(surroundings, submitter_, journal, clock_, random_) {}

  ExitCode send() {
    const auto identity = who();
    auto envelope =
        sendmail::begin_envelope(arguments_, identity.user, identity.senders, identity.recipients);
    if (!envelope) return fail(call_, ExitCode::usage, envelope.error().text);
    auto rules = rules_for(identity);
    rules.header.recipients_from_header = arguments_.recipients_from_header;
    rules.dots_are_text = arguments_.dots_are_text;
    const auto handed =
        hand_in(*std::move(envelope), std::move(rules), source_of(call_.input), Failing::calling);
    if (handed.code != ExitCode::ok) return fail(call_, handed.code, handed.text);
    if (handed.is_kept && arguments_.verbose) fmt::print(call_.errors, "{}\n", handed.text);
    if (!handed.is_kept) take_along();
    return ExitCode::ok;
  }

  ExitCode serve_session() {
    const auto identity = who();
    Session session(
        {.input = source_of(call_.input),
         .output = [this](std::string_view bytes) { return print(bytes); },
         .hostname = identity.domain.ascii(),
         .hand_in =
             [&](const address::Path& sender, const std::vector<address::Path>& recipients,
                 const sendmail::Source& message) {
               auto rules = rules_for(identity);
               rules.dots_are_text = true;
               return hand_in({.sender = sender, .recipients = recipients}, std::move(rules),
                              message, Failing::session);
             }});
    const auto ended = session.run();
    if (!ended) return fail(call_, sendmail::exit_code(ended.error().kind), ended.error().text);
    take_along();
    return *ended;
  }

  ExitCode flush() {
    const auto flushed = desk_.flush({});
    for (const auto& problem : flushed.problems) fail(call_, ExitCode::io, problem.text);
    if (arguments_.verbose)
      fmt::print(call_.errors, "{} sent, {} waiting, {} failed\n", flushed.sent, flushed.waiting,
                 flushed.failed);
    if (!flushed.problems.empty()) return ExitCode::io;
    return flushed.waiting > 0 || flushed.is_unreachable ? ExitCode::temporary : ExitCode::ok;
  }

private:
  // Whom a failure of the message is told to.
  enum class Failing : std::uint8_t { calling, session };

  Identity who() {
    return identity_of(caller_, route_, submitter_.socket_server(), machine_domain);
  }

  sendmail::MessageRules rules_for(const Identity& identity) {
    const auto& name = arguments_.full_name;
    sendmail::MessageRules rules;
    rules.header = {.complete_addresses = true,
                    .recipients = identity.recipients,
                    .authors = identity.senders,
                    .author = identity.user,
                    .full_name = name.empty() ? caller_.full_name : name,
                    .date = date_of(unix_seconds(clock_.wall())),
                    .message_id = sendmail::new_message_id(random_, identity.domain),
                    .tls_not_required = route_.require_tls == config::RequireTls::no};
    return rules;
  }

  Handed hand_in(sendmail::Envelope begun, sendmail::MessageRules rules,
                 const sendmail::Source& source, Failing failing) {
    auto file = MessageFile::make(surroundings_.temporary);
    if (!file) return {ExitCode::temporary, file.error().text};
    const auto facts = sendmail::read_message(
        source, std::move(rules), [&](std::string_view bytes) { return file->append(bytes); });
    if (!facts) return {sendmail::exit_code(facts.error().kind), facts.error().text};
    if (facts->removed_nuls > 0 && failing == Failing::calling && arguments_.verbose)
      fmt::print(call_.errors, "{} NUL characters are left out\n", facts->removed_nuls);
    const auto envelope = sendmail::finish_envelope(std::move(begun), *facts);
    if (!envelope) return {ExitCode::data, envelope.error().text};
    return desk_.hand_in(*envelope, *file);
  }

  // What waits, now that a server can be reached. Its troubles are not those of this message.
  void take_along() {
    desk_.flush({.interval = least_pause, .until = clock_.steady() + most_time});
  }

  Result<> print(std::string_view bytes) {
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), call_.output) == bytes.size() &&
                         std::fflush(call_.output) == 0;
    if (written) return ok();
    return std::unexpected(system_error("write to standard output", errno));
  }

  const Call& call_;
  const Arguments& arguments_;
  const Surroundings& surroundings_;
  const submitclient::Route& route_;
  const Caller& caller_;
  SystemClock clock_;
  SystemRandom random_;
  submitclient::Submitter submitter_;
  Desk desk_;
};

// Descriptors 0 to 2 must be something: else a file that is opened later would be taken for
// standard error and be written to.
void open_standard_files() {
  for (int number = 0; number <= STDERR_FILENO; ++number)
    if (::fcntl(number, F_GETFD) < 0 && errno == EBADF)
      static_cast<void>(::open("/dev/null", O_RDWR));
}

ExitCode run_here(const Call& call) {
  auto arguments = sendmail::parse_arguments(call.program, call.words);
  if (!arguments) return fail(call, ExitCode::usage, arguments.error().text);
  if (call.is_elevated) forget_environment();
  const auto caller = find_caller(::getuid());
  const auto surroundings =
      call.is_elevated ? fixed_surroundings(caller) : chosen_surroundings(caller);
  // With all rights, and before they go.
  const auto errors = call.is_elevated && caller.user != 0 ? submitclient::Errors::places_only
                                                           : submitclient::Errors::shown;
  const auto route = submitclient::read_route(surroundings.configuration, surroundings.socket,
                                              errors, SystemClock());
  if (call.is_elevated) {
    if (const auto given_up = give_up_rights(); !given_up)
      return fail(call, ExitCode::software, given_up.error().text);
  }
  const auto mode = arguments->mode;
  const bool sends = mode == Mode::send || mode == Mode::smtp_session || mode == Mode::flush;
  if (!route && sends) {
    const bool refused = route.error().kind == ErrorKind::refused;
    return fail(call, refused ? ExitCode::no_permission : ExitCode::config, route.error().text);
  }
  const submitclient::Route none;
  return run_at(call, *arguments, surroundings, route ? *route : none, caller, system_journal());
}

} // namespace

ExitCode run_at(const Call& call, const Arguments& arguments, const Surroundings& surroundings,
                const submitclient::Route& route, const Caller& caller, const Journal& journal) {
  const auto make_sender = [&] {
    return Sender(call, arguments, surroundings, route, caller, journal);
  };
  switch (arguments.mode) {
  case Mode::send: return make_sender().send();
  case Mode::smtp_session: return make_sender().serve_session();
  case Mode::flush:
    if (caller.user == 0) {
      const auto others = flush_others(surroundings, [&](const Caller& owner) {
        return Sender(call, arguments, surroundings, route, owner, journal).flush();
      });
      if (!others) return fail(call, ExitCode::io, others.error().text);
      const auto own = make_sender().flush();
      return own == ExitCode::ok ? *others : own;
    }
    return make_sender().flush();
  case Mode::list: {
    const auto listed = list_queue(surroundings, caller.user == 0, call.output);
    if (!listed) return fail(call, ExitCode::io, listed.error().text);
    return ExitCode::ok;
  }
  case Mode::aliases: return ExitCode::ok;
  case Mode::help: fmt::print(call.output, "{}", help_text()); return ExitCode::ok;
  case Mode::version:
    fmt::print(call.output, "sendmail of mox {}\n", call.version);
    return ExitCode::ok;
  }
  return ExitCode::software;
}

int run(const Call& call) {
  open_standard_files();
  // A server or a reader that goes away is an error of a call, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return static_cast<int>(run_here(call));
  } catch (const std::exception& exception) {
    return static_cast<int>(fail(call, ExitCode::software, exception.what()));
  }
}

} // namespace mox::sendmailprogram
