#include "imap/grammar.h"
#include "text/ascii.h"

namespace mox::imap::grammar {

namespace {

// known-uids, seq-match-data and the sets in it: no "*" (RFC 7162 section 7).
Parsed<SequenceSet> known_set(Cursor& cursor) {
  const auto at = cursor.position();
  MOX_TRY_ASSIGN(set, sequence_set(cursor));
  if (set.has_star()) return syntax_error(at, "* is not allowed here");
  return set;
}

// seq-match-data = "(" known-sequence-set SP known-uid-set ")"
Parsed<std::pair<SequenceSet, SequenceSet>> match_data(Cursor& cursor) {
  MOX_TRY(cursor.expect('(', "an opening parenthesis expected"));
  MOX_TRY_ASSIGN(numbers, known_set(cursor));
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(uids, known_set(cursor));
  MOX_TRY(cursor.expect(')', "a closing parenthesis expected"));
  return std::pair(std::move(numbers), std::move(uids));
}

// "QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"
Parsed<QresyncParameters> qresync(Cursor& cursor) {
  QresyncParameters parameters;
  MOX_TRY(cursor.space());
  MOX_TRY(cursor.expect('(', "an opening parenthesis expected"));
  MOX_TRY_ASSIGN(uidvalidity, cursor.nz_number());
  parameters.uidvalidity = uidvalidity;
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(modseq_value, modseq(cursor));
  parameters.modseq = modseq_value;
  bool more = cursor.take(' ');
  if (more && cursor.peek() != '(') {
    MOX_TRY_ASSIGN(known, known_set(cursor));
    parameters.known_uids = std::move(known);
    more = cursor.take(' ');
  }
  if (more) {
    MOX_TRY_ASSIGN(match, match_data(cursor));
    parameters.match = std::move(match);
  }
  MOX_TRY(cursor.expect(')', "a closing parenthesis expected"));
  return parameters;
}

// select-param = "CONDSTORE" / qresync
Parsed<void> select_parameter(Cursor& cursor, Select& body) {
  const auto at = cursor.position();
  const auto name = cursor.take_keyword();
  if (name == "CONDSTORE") {
    if (body.condstore) return syntax_error(at, "parameter given twice");
    body.condstore = true;
    return {};
  }
  if (name != "QRESYNC") return syntax_error(at, "unknown parameter");
  if (body.qresync) return syntax_error(at, "parameter given twice");
  MOX_TRY_ASSIGN(parameters, qresync(cursor));
  body.qresync = std::move(parameters);
  return {};
}

// select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]
Parsed<CommandBody> select_or_examine(Cursor& cursor, bool read_only) {
  Select body;
  body.read_only = read_only;
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(name, mailbox(cursor));
  body.mailbox = std::move(name);
  if (!cursor.take(' ') || cursor.at_end()) return body;
  MOX_TRY(parenthesised(cursor, false, [&] { return select_parameter(cursor, body); }));
  return body;
}

// A command whose only argument is a mailbox.
template <class Body> Parsed<CommandBody> one_mailbox(Cursor& cursor) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(name, mailbox(cursor));
  return Body{std::move(name)};
}

// use-attr = "\All" / ... / use-attr-ext ; use-attr-ext = "\" atom
Parsed<std::string> special_use(Cursor& cursor) {
  const auto at = cursor.position();
  MOX_TRY_ASSIGN(attribute, flag(cursor));
  if (!attribute.starts_with('\\')) return syntax_error(at, "an attribute with \\ expected");
  return attribute;
}

} // namespace

Parsed<CommandBody> select(Cursor& cursor, By) {
  return select_or_examine(cursor, false);
}

Parsed<CommandBody> examine(Cursor& cursor, By) {
  return select_or_examine(cursor, true);
}

// create       = "CREATE" SP mailbox [SP "(" create-param *(SP create-param) ")"] (RFC 4466)
// create-param =/ "USE" SP "(" [use-attr *(SP use-attr)] ")" (RFC 6154)
Parsed<CommandBody> create(Cursor& cursor, By) {
  Create body;
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(name, mailbox(cursor));
  body.mailbox = std::move(name);
  if (!cursor.take(' ') || cursor.at_end()) return body;
  bool use = false;
  MOX_TRY(parenthesised(cursor, false, [&]() -> Parsed<void> {
    const auto at = cursor.position();
    if (cursor.take_keyword() != "USE") return syntax_error(at, "unknown parameter");
    if (use) return syntax_error(at, "parameter given twice");
    use = true;
    MOX_TRY(cursor.space());
    return parenthesised(cursor, true, [&]() -> Parsed<void> {
      MOX_TRY_ASSIGN(attribute, special_use(cursor));
      body.special_use.push_back(std::move(attribute));
      return {};
    });
  }));
  return body;
}

Parsed<CommandBody> delete_(Cursor& cursor, By) {
  return one_mailbox<Delete>(cursor);
}

// rename = "RENAME" SP mailbox SP mailbox
Parsed<CommandBody> rename(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(from, mailbox(cursor));
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(to, mailbox(cursor));
  return Rename{std::move(from), std::move(to)};
}

Parsed<CommandBody> subscribe(Cursor& cursor, By) {
  return one_mailbox<Subscribe>(cursor);
}

Parsed<CommandBody> unsubscribe(Cursor& cursor, By) {
  return one_mailbox<Unsubscribe>(cursor);
}

// status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
Parsed<CommandBody> status(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(name, mailbox(cursor));
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(items, status_items(cursor));
  return Status{std::move(name), items};
}

Parsed<CommandBody> get_quota_root(Cursor& cursor, By) {
  return one_mailbox<GetQuotaRoot>(cursor);
}

// getquota = "GETQUOTA" SP quota-root-name ; an astring (RFC 9208 section 7)
Parsed<CommandBody> get_quota(Cursor& cursor, By) {
  MOX_TRY(cursor.space());
  MOX_TRY_ASSIGN(root, cursor.astring("a quota root expected"));
  return GetQuota{std::move(root)};
}

Parsed<std::string> mailbox(Cursor& cursor) {
  return cursor.astring("a mailbox expected");
}

Parsed<std::uint16_t> status_items(Cursor& cursor) {
  std::uint16_t items = 0;
  MOX_TRY(parenthesised(cursor, false, [&]() -> Parsed<void> {
    const auto at = cursor.position();
    const auto name = cursor.take_keyword();
    for (const auto& known : status_item_names) {
      if (known.name != name) continue;
      items = static_cast<std::uint16_t>(items | known.item);
      return {};
    }
    return syntax_error(at, "unknown status item");
  }));
  return items;
}

} // namespace mox::imap::grammar
