// The list of mox's commands, and the function of each: one file per family.
#pragma once

#include "cli/command.h"

namespace mox::cmd {

// Built by the caller, once: main(), the generator of man pages and completions, and tests.
cli::Program program();

// Its parts.
std::vector<cli::Command> administration_commands();
std::vector<cli::Command> dns_commands();
std::vector<cli::Command> connecting_commands();
std::vector<cli::Command> dkim_commands();
std::vector<cli::Command> dmarc_commands();
std::vector<cli::Command> spf_commands();
std::vector<cli::Command> dnsbl_commands();

Result<int> help(const cli::Invocation& invocation);
Result<int> localserve(const cli::Invocation& invocation);
Result<int> serve(const cli::Invocation& invocation);
Result<int> stop(const cli::Invocation& invocation);
Result<int> arc_seal(const cli::Invocation& invocation);
Result<int> arc_verify(const cli::Invocation& invocation);
Result<int> dkim_gened25519(const cli::Invocation& invocation);
Result<int> dkim_genrsa(const cli::Invocation& invocation);
Result<int> dkim_lookup(const cli::Invocation& invocation);
Result<int> dkim_sign(const cli::Invocation& invocation);
Result<int> dkim_txt(const cli::Invocation& invocation);
Result<int> dkim_verify(const cli::Invocation& invocation);
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
Result<int> dane_dial(const cli::Invocation& invocation);
Result<int> dane_dialmx(const cli::Invocation& invocation);
Result<int> dane_makerecord(const cli::Invocation& invocation);
Result<int> deliver(const cli::Invocation& invocation);
Result<int> dmarc_checkreportaddrs(const cli::Invocation& invocation);
Result<int> dmarc_lookup(const cli::Invocation& invocation);
Result<int> dmarc_parsereportmsg(const cli::Invocation& invocation);
Result<int> dmarc_verify(const cli::Invocation& invocation);
Result<int> dns_lookup(const cli::Invocation& invocation);
Result<int> licenses(const cli::Invocation& invocation);
Result<int> sendmail_command(const cli::Invocation& invocation);
Result<int> make_key(const cli::Invocation& invocation);
Result<int> message_parse(const cli::Invocation& invocation);
Result<int> mtasts_lookup(const cli::Invocation& invocation);
Result<int> print_service(const cli::Invocation& invocation);
Result<int> rdap_domainage(const cli::Invocation& invocation);
Result<int> smtp_dial(const cli::Invocation& invocation);
Result<int> tlsrpt_lookup(const cli::Invocation& invocation);
Result<int> tlsrpt_parsereportmsg(const cli::Invocation& invocation);
Result<int> verifydata(const cli::Invocation& invocation);
Result<int> version(const cli::Invocation& invocation);

} // namespace mox::cmd
