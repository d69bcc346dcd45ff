// The program called sendmail, mailq or newaliases: from its words to its exit code.
#pragma once

#include "sendmail/arguments.h"
#include "sendmail/exit_code.h"
#include "sendmailprogram/caller.h"
#include "sendmailprogram/journal.h"
#include "sendmailprogram/surroundings.h"
#include "submitclient/route.h"

#include <cstdio>
#include <span>
#include <string_view>

namespace mox::sendmailprogram {

struct Call {
  std::string_view program;                // how it was called
  std::span<const std::string_view> words; // behind that
  std::string_view version;
  int input = 0;
  std::FILE* output = stdout;
  std::FILE* errors = stderr;
  bool is_elevated = false; // it has rights that its caller has not, and gives them up
};

// Everything, on this machine. An exception is an error of the program (ExitCode::software).
int run(const Call& call);

// The same at another place; the rights of the process stay as they are.
sendmail::ExitCode run_at(const Call& call, const sendmail::Arguments& arguments,
                          const Surroundings& surroundings, const submitclient::Route& route,
                          const Caller& caller, const Journal& journal);

} // namespace mox::sendmailprogram
