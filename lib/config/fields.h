// The tables of fields of the three files. Pure.
#pragma once

#include "config/field.h"

namespace mox::config::fields {

// The files, each with the struct that it is read into.
extern const Structure static_file;   // Static
extern const Structure domains_file;  // Domains
extern const Structure sendmail_file; // Sendmail

// Parts of them, in files of their own.
extern const Structure listener;
extern const Structure transport;
extern const Structure domain;
extern const Structure account;
extern const Structure route;
extern const Structure web_handler;

// Services of a listener.
extern const Structure smtp_listener;
extern const Structure submission_listener;
extern const Structure submissions_listener;
extern const Structure imap_listener;
extern const Structure imaps_listener;
extern const Structure metrics_listener;
extern const Structure pprof_listener;
extern const Structure account_http_listener;
extern const Structure account_https_listener;
extern const Structure admin_http_listener;
extern const Structure admin_https_listener;
extern const Structure webmail_http_listener;
extern const Structure webmail_https_listener;
extern const Structure webapi_http_listener;
extern const Structure webapi_https_listener;
extern const Structure well_known_listener;
extern const Structure webserver_http_listener;
extern const Structure webserver_https_listener;

} // namespace mox::config::fields
