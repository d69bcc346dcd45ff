#include "imapserver/command_table.h"

#include "imapserver/commands.h"

#include <algorithm>
#include <iterator>

namespace mox::imapserver {

namespace {

using enum Allowed;

constexpr auto all = Telling::all;
constexpr auto none = Telling::none;

// Sorted by name.
constexpr CommandEntry table[] = {
    {"APPEND", run_append, authenticated, all},
    {"AUTHENTICATE", run_authenticate, not_authenticated, none},
    {"CAPABILITY", run_capability, always, all},
    {"CHECK", run_check, selected, all},
    {"CLOSE", run_close, selected, none},
    {"COPY", run_copy, selected, all},
    {"CREATE", run_create, authenticated, all},
    {"DELETE", run_delete, authenticated, all},
    {"ENABLE", run_enable, authenticated, all},
    {"EXAMINE", run_select, authenticated, none},
    {"EXPUNGE", run_expunge, selected, all},
    {"FETCH", run_fetch, selected, none},
    {"ID", run_id, always, all},
    {"IDLE", run_idle, authenticated, all},
    {"LIST", run_list, authenticated, all},
    {"LOGIN", run_login, not_authenticated, none},
    {"LOGOUT", run_logout, always, none},
    {"LSUB", run_lsub, authenticated, all},
    {"MOVE", run_move, selected, all},
    {"NAMESPACE", run_namespace, authenticated, all},
    {"NOOP", run_noop, always, all},
    {"RENAME", run_rename, authenticated, all},
    {"SEARCH", run_search, selected, none},
    {"SELECT", run_select, authenticated, none},
    {"STARTTLS", run_starttls, not_authenticated, none},
    {"STATUS", run_status, authenticated, all},
    {"STORE", run_store, selected, none},
    {"SUBSCRIBE", run_subscribe, authenticated, all},
    {"UID COPY", run_copy, selected, all},
    {"UID EXPUNGE", run_expunge, selected, all},
    {"UID FETCH", run_fetch, selected, all},
    {"UID MOVE", run_move, selected, all},
    {"UID SEARCH", run_search, selected, all},
    {"UID STORE", run_store, selected, all},
    {"UNSELECT", run_unselect, selected, none},
    {"UNSUBSCRIBE", run_unsubscribe, authenticated, all},
};

static_assert(std::ranges::is_sorted(table, {}, &CommandEntry::name));

} // namespace

const CommandEntry* find_command(std::string_view name) {
  const auto* const entry = std::ranges::lower_bound(table, name, {}, &CommandEntry::name);
  return entry != std::end(table) && entry->name == name ? entry : nullptr;
}

} // namespace mox::imapserver
