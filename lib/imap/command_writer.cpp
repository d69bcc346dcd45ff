#include "imap/command_writer.h"

#include "imap/command_printer.h"
#include "imap/response_writer.h"
#include "imap/search_writer.h"

namespace mox::imap {

namespace {

// Longer strings are sent as literals.
constexpr std::size_t max_quoted = 1000;

void put_set(CommandPrinter& to, const SequenceSet& set) {
  std::string text;
  append_sequence_set(text, set);
  to.raw(text);
}

// A parenthesised list of atoms.
void put_list(CommandPrinter& to, const std::vector<std::string>& atoms) {
  to.raw("(");
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (i > 0) to.raw(" ");
    to.raw(atoms[i]);
  }
  to.raw(")");
}

void put_status_items(CommandPrinter& to, std::uint16_t items) {
  std::string text = "(";
  for (const auto& known : status_item_names) {
    if ((items & known.item) == 0) continue;
    if (text.size() > 1) text += ' ';
    text += known.name;
  }
  to.raw(text + ')');
}

void put_message(CommandPrinter& to, const AppendMessage& message) {
  if (!message.flags.empty()) {
    to.raw(" ");
    put_list(to, message.flags);
  }
  if (message.date) {
    std::string date = " \"";
    append_date_time(date, *message.date);
    to.raw(date + '"');
  }
  to.raw(message.utf8 ? " UTF8 (" : " ");
  to.message(message.size, message.synchronizing, message.binary);
}

struct BodyPrinter {
  CommandPrinter& to;

  // Commands without arguments.
  template <class Body> void operator()(const Body&) {}

  void operator()(const Id& body) {
    if (body.parameters.empty()) return to.raw(" NIL");
    to.raw(" (");
    bool first = true;
    for (const auto& [field, value] : body.parameters) {
      if (!first) to.raw(" ");
      first = false;
      to.string(field);
      to.raw(" ");
      if (value)
        to.string(*value);
      else
        to.raw("NIL");
    }
    to.raw(")");
  }

  void operator()(const Authenticate& body) {
    to.raw(" " + body.mechanism);
    if (body.initial) to.raw(" " + *body.initial);
  }

  void operator()(const Login& body) { two(body.user, body.password); }

  void operator()(const Enable& body) {
    for (const auto& capability : body.capabilities) to.raw(" " + capability);
  }

  void operator()(const Select& body) {
    one(body.mailbox);
    if (!body.condstore && !body.qresync) return;
    to.raw(" (");
    if (body.condstore) to.raw(body.qresync ? "CONDSTORE " : "CONDSTORE");
    if (body.qresync) qresync(*body.qresync);
    to.raw(")");
  }

  void operator()(const Create& body) {
    one(body.mailbox);
    if (body.special_use.empty()) return;
    to.raw(" (USE ");
    put_list(to, body.special_use);
    to.raw(")");
  }

  void operator()(const Delete& body) { one(body.mailbox); }

  void operator()(const Rename& body) { two(body.from, body.to); }

  void operator()(const Subscribe& body) { one(body.mailbox); }

  void operator()(const Unsubscribe& body) { one(body.mailbox); }

  void operator()(const List& body) {
    std::vector<std::string> select;
    if (body.select_subscribed) select.emplace_back("SUBSCRIBED");
    if (body.select_remote) select.emplace_back("REMOTE");
    if (body.select_recursive) select.emplace_back("RECURSIVEMATCH");
    if (body.select_special_use) select.emplace_back("SPECIAL-USE");
    if (body.extended) {
      to.raw(" ");
      put_list(to, select);
    }
    one(body.reference);
    if (body.patterns.size() == 1) return list_end(body);
    to.raw(" (");
    for (std::size_t i = 0; i < body.patterns.size(); ++i) {
      if (i > 0) to.raw(" ");
      to.string(body.patterns[i]);
    }
    to.raw(")");
    list_return(body);
  }

  void operator()(const Lsub& body) {
    one(body.reference);
    to.raw(" ");
    to.string(body.pattern);
  }

  void operator()(const Status& body) {
    one(body.mailbox);
    to.raw(" ");
    put_status_items(to, body.items);
  }

  void operator()(const Append& body) {
    one(body.mailbox);
    put_message(to, body.message);
  }

  void operator()(const GetQuotaRoot& body) { one(body.mailbox); }

  void operator()(const GetQuota& body) { one(body.root); }

  void operator()(const Compress& body) { to.raw(" " + body.algorithm); }

  void operator()(const Expunge& body) {
    if (!body.uids) return;
    to.raw(" ");
    put_set(to, *body.uids);
  }

  void operator()(const Search& body) { print_search(to, body); }

  void operator()(const Fetch& body) {
    set(body.set);
    to.raw(" (");
    for (std::size_t i = 0; i < body.items.size(); ++i) {
      if (i > 0) to.raw(" ");
      fetch_item(body.items[i]);
    }
    to.raw(")");
    if (!body.changed_since) return;
    to.raw(" (CHANGEDSINCE " + std::to_string(*body.changed_since));
    to.raw(body.vanished ? " VANISHED)" : ")");
  }

  void operator()(const Store& body) {
    set(body.set);
    if (body.unchanged_since)
      to.raw(" (UNCHANGEDSINCE " + std::to_string(*body.unchanged_since) + ")");
    to.raw(" ");
    if (body.mode != Store::Mode::replace) to.raw(body.mode == Store::Mode::add ? "+" : "-");
    to.raw(body.silent ? "FLAGS.SILENT " : "FLAGS ");
    put_list(to, body.flags);
  }

  void operator()(const Copy& body) {
    set(body.set);
    one(body.mailbox);
  }

  void operator()(const Move& body) {
    set(body.set);
    one(body.mailbox);
  }

  void operator()(const Replace& body) {
    set(SequenceSet::single(body.number));
    one(body.mailbox);
    put_message(to, body.message);
  }

private:
  void one(std::string_view text) {
    to.raw(" ");
    to.astring(text);
  }

  void two(std::string_view first, std::string_view second) {
    one(first);
    one(second);
  }

  void set(const SequenceSet& set) {
    to.raw(" ");
    put_set(to, set);
  }

  void qresync(const QresyncParameters& parameters) {
    to.raw("QRESYNC (" + std::to_string(parameters.uidvalidity) + " " +
           std::to_string(parameters.modseq));
    if (parameters.known_uids) set(*parameters.known_uids);
    if (parameters.match) {
      to.raw(" (");
      put_set(to, parameters.match->first);
      set(parameters.match->second);
      to.raw(")");
    }
    to.raw(")");
  }

  void list_end(const List& body) {
    to.raw(" ");
    to.string(body.patterns.front());
    list_return(body);
  }

  void list_return(const List& body) {
    if (!body.return_subscribed && !body.return_children && !body.return_special_use &&
        body.return_status == 0)
      return;
    to.raw(" RETURN (");
    std::string options;
    if (body.return_subscribed) options += " SUBSCRIBED";
    if (body.return_children) options += " CHILDREN";
    if (body.return_special_use) options += " SPECIAL-USE";
    if (!options.empty()) to.raw(std::string_view(options).substr(1));
    if (body.return_status != 0) {
      to.raw(options.empty() ? "STATUS " : " STATUS ");
      put_status_items(to, body.return_status);
    }
    to.raw(")");
  }

  // The name of the reply is that of the request, but for PEEK, LAZY and the size of a partial.
  void fetch_item(const FetchItem& item) {
    using Kind = FetchItem::Kind;
    if (item.kind == Kind::section || item.kind == Kind::binary || item.kind == Kind::binary_size)
      return section_item(item);
    std::string name;
    append_reply_name(name, item);
    if (item.lazy) name += " (LAZY)";
    to.raw(name);
  }

  void section_item(const FetchItem& item) {
    to.raw(item.kind == FetchItem::Kind::section ? "BODY" : "BINARY");
    if (item.kind == FetchItem::Kind::binary_size) to.raw(".SIZE");
    if (item.peek) to.raw(".PEEK");
    Section plain = item.section;
    plain.fields.clear();
    std::string section;
    append_section(section, plain);
    section.pop_back(); // "]"
    to.raw(section);
    if (!item.section.fields.empty()) fields(item.section.fields);
    to.raw("]");
    if (item.partial)
      to.raw("<" + std::to_string(item.partial->offset) + "." + std::to_string(item.partial->size) +
             ">");
  }

  void fields(const std::vector<std::string>& names) {
    to.raw(" (");
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i > 0) to.raw(" ");
      to.astring(names[i]);
    }
    to.raw(")");
  }
};

} // namespace

void CommandPrinter::raw(std::string_view text) {
  text_.bytes += text;
}

void CommandPrinter::astring(std::string_view text) {
  if (is_astring(text))
    raw(text);
  else
    string(text);
}

void CommandPrinter::string(std::string_view text) {
  if (text.size() > max_quoted || !is_quotable(text)) return literal(text);
  raw("\"");
  for (const char c : text) {
    if (c == '"' || c == '\\') raw("\\");
    raw(std::string_view(&c, 1));
  }
  raw("\"");
}

void CommandPrinter::literal(std::string_view bytes) {
  header(bytes.size(), true, false);
  text_.bytes += bytes;
}

void CommandPrinter::message(std::uint64_t size, bool synchronizing, bool binary) {
  header(size, synchronizing, binary);
  text_.literals.back().message = true;
}

void CommandPrinter::header(std::uint64_t size, bool synchronizing, bool binary) {
  if (binary) raw("~");
  const auto at = text_.bytes.size();
  raw("{" + std::to_string(size) + (synchronizing ? "}" : "+}"));
  text_.literals.push_back(
      {at, text_.bytes.size(), static_cast<std::size_t>(size), synchronizing, binary, false});
}

CommandText print_command(const Command& command) {
  CommandPrinter printer;
  printer.raw(command.tag);
  printer.raw(" ");
  printer.raw(command_name(command.body));
  std::visit(BodyPrinter{printer}, command.body);
  return printer.take();
}

std::string wire_text(const CommandText& text) {
  std::string wire;
  std::size_t done = 0;
  for (const auto& literal : text.literals) {
    wire += std::string_view(text.bytes).substr(done, literal.begin - done);
    wire += "\r\n";
    done = literal.begin;
  }
  wire += std::string_view(text.bytes).substr(done);
  if (text.literals.empty() || !text.literals.back().message) wire += "\r\n";
  return wire;
}

} // namespace mox::imap
