// The extensions that a client can be told of once it has logged in, as CAPABILITY names them (RFC
// 9051 section 7.2.2), also those that are not offered yet. Without the ways to log in, and without
// the protocol itself. Pure.
#pragma once

#include <array>
#include <string_view>

namespace mox::imap {

// Sorted.
inline constexpr std::array<std::string_view, 36> extensions = {
    "BINARY",
    "CHILDREN",
    "COMPRESS=DEFLATE",
    "CONDSTORE",
    "CREATE-SPECIAL-USE",
    "ENABLE",
    "ESEARCH",
    "ID",
    "IDLE",
    "IMAP4REV2",
    "INPROGRESS",
    "LIST-EXTENDED",
    "LIST-METADATA",
    "LIST-STATUS",
    "LITERAL+",
    "METADATA",
    "MOVE",
    "MULTIAPPEND",
    "MULTISEARCH",
    "NAMESPACE",
    "NOTIFY",
    "PREVIEW",
    "QRESYNC",
    "QUOTA",
    "QUOTA=RES-STORAGE",
    "REPLACE",
    "SASL-IR",
    "SAVEDATE",
    "SEARCHRES",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "UIDONLY",
    "UIDPLUS",
    "UNSELECT",
    "UTF8=ACCEPT",
    "WITHIN",
};

} // namespace mox::imap
