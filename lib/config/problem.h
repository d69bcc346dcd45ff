// What is wrong with a configuration file, for people. Pure.
#pragma once

#include "toml/document.h"

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

namespace mox::config {

// So many are told at once; the last then says how many more there are.
inline constexpr std::size_t problem_limit = 100;

struct Problem {
  std::string file;
  toml::Place place = {}; // line 0 when it is the file as a whole
  std::string field = {}; // "listeners.public.smtp.port"; empty when it is none
  std::string text;       // "99999 is not a port from 1 to 65535"
};

// "mox.toml:12:8: listeners.public.smtp.port: 99999 is not a port from 1 to 65535"
std::string to_string(const Problem& problem);
// One line each.
std::string to_string(const std::vector<Problem>& problems);

// What was read of a file, or all that is wrong with it, in the order of the file.
template <class T> using Checked = std::expected<T, std::vector<Problem>>;

} // namespace mox::config
