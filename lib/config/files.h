// Reading and checking the configuration files. All that is wrong is told at once, with its place.
//
// Reading a file blocks. Relative paths in a file count from its folder.
#pragma once

#include "config/domains.h"
#include "config/problem.h"
#include "config/sendmail.h"
#include "config/static.h"

#include <filesystem>
#include <string_view>

namespace mox::config {

Checked<Static> read_static(const std::filesystem::path& file);
// `beside` is the mox.toml that this is the domains.toml of.
Checked<Domains> read_domains(const std::filesystem::path& file, const Static& beside);
Checked<Sendmail> read_sendmail(const std::filesystem::path& file);

// The same for the text of a file. Pure.
Checked<Static> parse_static(std::string_view text, const std::filesystem::path& file);
Checked<Domains> parse_domains(std::string_view text, const std::filesystem::path& file,
                               const Static& beside);
Checked<Sendmail> parse_sendmail(std::string_view text, const std::filesystem::path& file);

} // namespace mox::config
