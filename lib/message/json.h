// A message, and lists of addresses, as JSON: what commands and APIs show of them. Pure.
#pragma once

#include "json/writer.h"
#include "message/address_list.h"
#include "message/parser.h"

namespace mox::message {

// The members of an object that is open in `json`: sizes, envelope, preview, structure, fields,
// problems, and what IMAP shows. `mox help message parse` explains them.
void write_json(json::Writer& json, const Message& message);

// An array of {name, address}; mailboxes of a group stand in the group's own, {group, members}.
void write_json(json::Writer& json, const AddressList& list);

} // namespace mox::message
