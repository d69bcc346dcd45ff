// The one list of metrics: members, registration and documentation come from it. Names and label
// values are those that dashboards and alert rules for mox know.
//
// Columns: type with the number of labels, member of Metrics, name, help, labels, the label values
// known beforehand, buckets. The words that it uses are in description.cpp.
#pragma once

// clang-format off
#define MOX_METRICS(X)                                                                                                 \
  X(Counter<1>, panic, "mox_panic_total", "Unexpected exceptions, which ended a session or task.",                     \
    words("pkg"), values(panic_packages()), none())                                                                    \
  X(Counter<3>, authentication, "mox_authentication_total", "Login attempts.",                                         \
    words("kind", "variant", "result"),                                                                                \
    values(words("submission", "imap"), words("plain", "login"), login_results()), none())                             \
  X(Counter<1>, authentication_ratelimited, "mox_authentication_ratelimited_total",                                    \
    "Logins refused because of too many failures.",                                                                    \
    words("kind"), values(words("submission", "imap", "webmail", "webapi", "webaccount", "webadmin")), none())         \
  X(Gauge<2>, connections, "mox_connections_count", "Open connections.",                                               \
    words("protocol", "listener"), values(), none())                                                                   \
  X(Counter<1>, smtpserver_connection, "mox_smtpserver_connection_total", "Incoming SMTP connections.",                \
    words("kind"), values(words("smtp", "submission")), none())                                                        \
  X(Histogram<4>, smtpserver_command, "mox_smtpserver_command_duration_seconds",                                       \
    "Duration and result codes of SMTP commands.",                                                                     \
    words("kind", "cmd", "code", "ecode"), values(), wide_seconds())                                                   \
  X(Counter<2>, smtpserver_delivery, "mox_smtpserver_delivery_total", "Incoming messages, by recipient.",              \
    words("result", "reason"), values(delivery_results(), words("")), none())                                          \
  X(Counter<0>, smtpserver_delivery_starttls, "mox_smtpserver_delivery_starttls_total",                                \
    "TLS handshakes on incoming connections.", words(), values(), none())                                              \
  X(Counter<1>, smtpserver_delivery_starttls_error, "mox_smtpserver_delivery_starttls_errors_total",                   \
    "Failed TLS handshakes on incoming connections.",                                                                  \
    words("reason"), values(words("eof", "sslv2", "unsupportedversions", "nottls", "other")), none())                  \
  X(Counter<1>, smtpserver_submission, "mox_smtpserver_submission_total", "Messages submitted by users.",              \
    words("result"), values(submission_results()), none())                                                             \
  X(Counter<1>, smtpserver_errors, "mox_smtpserver_errors_total", "What went wrong in SMTP sessions, by our fault.",    \
    words("error"), values(words("dkimsign")), none())                                                                 \
  X(Counter<1>, dkim_sign, "mox_dkim_sign_total", "DKIM signatures made.",                                             \
    words("key"), values(words("rsa", "ed25519")), none())                                                             \
  X(Histogram<2>, dkim_verify, "mox_dkim_verify_duration_seconds", "Duration and results of DKIM, by signature.",      \
    words("algorithm", "status"), values(), seconds())                                                                 \
  X(Histogram<1>, spf_verify, "mox_spf_verify_duration_seconds", "Duration and results of SPF.",                       \
    words("status"), values(), seconds())                                                                              \
  X(Histogram<3>, dmarc_verify, "mox_dmarc_verify_duration_seconds", "Duration and results of DMARC.",                 \
    words("status", "reject", "use"), values(), seconds())                                                             \
  X(Histogram<1>, iprev_lookup, "mox_iprev_lookup_total", "Duration and results of looking up the names of clients.",  \
    words("status"), values(), seconds_to_30())                                                                        \
  X(Counter<1>, imap_connection, "mox_imap_connection_total", "Incoming IMAP connections.",                            \
    words("service"), values(words("imap", "imaps")), none())                                                          \
  X(Histogram<2>, imap_command, "mox_imap_command_duration_seconds", "Duration and results of IMAP commands.",         \
    words("cmd", "result"), values(), seconds())                                                                       \
  X(Histogram<3>, dns_lookup, "mox_dns_lookup_duration_seconds", "Duration and results of questions to the DNS.",       \
    words("pkg", "type", "result"), values(), seconds_to_30())                                                         \
  X(Counter<0>, store_commits, "mox_store_commits_total", "Commits of the store.", words(), values(), none())          \
  X(Histogram<0>, store_commit_duration, "mox_store_commit_duration_seconds",                                          \
    "From the first change of a group to the end of its commit.", words(), values(), seconds())                        \
  X(Histogram<0>, store_batch_size, "mox_store_batch_changes", "Changes that shared a commit.",                        \
    words(), values(), powers_of_two())                                                                                \
  X(Gauge<0>, store_queue_depth, "mox_store_queue_changes", "Changes that wait for the writer.",                       \
    words(), values(), none())                                                                                         \
  X(Gauge<0>, store_free_space, "mox_store_free_bytes", "Free space on the file system of the store.",                 \
    words(), values(), none())                                                                                         \
  X(Counter<0>, logging_level_info, "mox_logging_level_info_total", "Events at level info.",                           \
    words(), values(), none())                                                                                         \
  X(Counter<0>, logging_level_warn, "mox_logging_level_warn_total", "Events at level warn.",                           \
    words(), values(), none())                                                                                         \
  X(Counter<0>, logging_level_error, "mox_logging_level_error_total", "Events at level error.",                        \
    words(), values(), none())
// clang-format on
