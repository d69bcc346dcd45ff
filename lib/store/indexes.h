// The tables by which messages are found. Their rows are a number, of which 0 stands for no row,
// and the message.
//
// Rows follow a delivery later, in the order of the tables, for they fall on pages all over the
// account. Messages below the account's `indexed` have all of theirs; those from there on wait, and
// may have some.
#pragma once

#include "store/format.h"

#include <array>
#include <cstdint>

namespace mox::store {

struct Index {
  Table table;
  std::uint64_t (*number)(const ContentRecord&);
};

inline constexpr Index by_message_id{
    Table::message_id, [](const ContentRecord& record) { return record.content.message_id_hash; }};
inline constexpr Index by_thread{Table::thread, [](const ContentRecord& record) {
                                   return static_cast<std::uint64_t>(record.content.thread);
                                 }};
inline constexpr Index by_subject{
    Table::subject, [](const ContentRecord& record) { return record.content.subject_hash; }};
inline constexpr Index by_sender{Table::sender,
                                 [](const ContentRecord& record) { return record.sender_hash; }};

inline constexpr std::array indexes{by_message_id, by_thread, by_subject, by_sender};

} // namespace mox::store
