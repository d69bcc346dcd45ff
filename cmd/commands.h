// The list of mox's commands, and the function of each: one file per family.
#pragma once

#include "cli/command.h"

namespace mox::cmd {

// Built by the caller, once: main(), the generator of man pages and completions, and tests.
cli::Program program();

// Its parts.
std::vector<cli::Command> administration_commands();
std::vector<cli::Command> spf_commands();
std::vector<cli::Command> dnsbl_commands();

Result<int> help(const cli::Invocation& invocation);
Result<int> localserve(const cli::Invocation& invocation);
Result<int> serve(const cli::Invocation& invocation);
Result<int> stop(const cli::Invocation& invocation);
Result<int> spf_check(const cli::Invocation& invocation);
Result<int> spf_lookup(const cli::Invocation& invocation);
Result<int> spf_parse(const cli::Invocation& invocation);
Result<int> dnsbl_check(const cli::Invocation& invocation);
Result<int> dnsbl_checkhealth(const cli::Invocation& invocation);
Result<int> administer(const cli::Invocation& invocation);
Result<int> administer_with_input(const cli::Invocation& invocation);
Result<int> administer_with_password(const cli::Invocation& invocation);
Result<int> cid(const cli::Invocation& invocation);
Result<int> config_example(const cli::Invocation& invocation);
Result<int> config_test(const cli::Invocation& invocation);
Result<int> config_describe_static(const cli::Invocation& invocation);
Result<int> config_describe_domains(const cli::Invocation& invocation);
Result<int> config_describe_sendmail(const cli::Invocation& invocation);
Result<int> deliver(const cli::Invocation& invocation);
Result<int> licenses(const cli::Invocation& invocation);
Result<int> sendmail_command(const cli::Invocation& invocation);
Result<int> make_key(const cli::Invocation& invocation);
Result<int> message_parse(const cli::Invocation& invocation);
Result<int> print_service(const cli::Invocation& invocation);
Result<int> verifydata(const cli::Invocation& invocation);
Result<int> version(const cli::Invocation& invocation);

} // namespace mox::cmd
