// The kinds that the tables of fields name. Pure.
#pragma once

#include "config/kind.h"

namespace mox::config::kinds {

// Strings.
extern const Kind text;
extern const Kind printable; // goes into replies of SMTP and IMAP
extern const Kind secret;
extern const Kind path;
extern const Kind absolute_path;
extern const Kind url;
extern const Kind url_path;
extern const Kind regexp;
extern const Kind user; // of the operating system
extern const Kind name; // of something that only the configuration knows
extern const Kind ed25519_seed;

// Numbers and the like.
extern const Kind boolean;
extern const Kind integer;
extern const Kind number; // with a fraction
extern const Kind port;
extern const Kind size;
extern const Kind size_or_unlimited;
extern const Kind duration;

// Hosts.
extern const Kind domain;
extern const Kind host;
extern const Kind host_port;
extern const Kind ip;
extern const Kind resolver; // see resolver/choice.h

// Mail.
extern const Kind address;
extern const Kind destination; // an address or "@domain"
extern const Kind localpart;
extern const Kind separator;
extern const Kind mailbox;
extern const Kind initial_mailbox; // beside Inbox, at the top
extern const Kind special_mailbox; // the same, or none
extern const Kind account;
extern const Kind smtp_error;
extern const Kind capability;

// One of a list of words.
extern const Kind log_level;
extern const Kind tls_version;
extern const Kind sasl_mechanism; // or ""
extern const Kind require_tls;
extern const Kind hash;
extern const Kind mta_sts_mode;
extern const Kind webhook_event;
extern const Kind web_service;

} // namespace mox::config::kinds
