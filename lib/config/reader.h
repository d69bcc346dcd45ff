// Reads a tree of TOML into structs, by the tables of fields. Pure.
#pragma once

#include "config/field.h"
#include "config/findings.h"

#include <filesystem>

namespace mox::config {

// Fills `object`, which is of the type that `structure` describes and has its defaults. What is
// wrong is found and left out: unknown fields, those whose feature is not there, wrong values,
// missing ones. `folder` is where relative paths begin.
void read_table(const Structure& structure, const toml::Table& tree, void* object,
                const std::filesystem::path& folder, Findings& findings);

} // namespace mox::config
