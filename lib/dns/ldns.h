// ldns. Its headers make macros of bool, true and false unless stdbool.h was there before, which in
// C++ makes none. Pure; for dns alone.
#pragma once

// clang-format off
#include <stdbool.h> // NOLINT(misc-include-cleaner)
#include <ldns/ldns.h> // IWYU pragma: export
// clang-format on
