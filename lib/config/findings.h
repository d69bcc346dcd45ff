// Gathers what is wrong with one configuration file, and finds the places. Pure.
#pragma once

#include "config/problem.h"
#include "toml/document.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace mox::config {

// The names from the root of the file to a value; what stands in a list is counted from 0, as in
// {"domains", "example.org", "localpart-catchall-separators", "1"}.
using Way = std::vector<std::string>;

// "domains.\"example.org\".aliases", with quotes where TOML needs them.
std::string field_name(const Way& way);
std::string field_name(const std::vector<std::string_view>& way);

// Keeps a view of the tree, which must outlive it.
class Findings {
public:
  Findings(std::string file, const toml::Table& tree) : file_(std::move(file)), tree_(tree) {}

  void add(toml::Place place, std::string field, std::string text);
  // At the value of the way, or at the last on the way to it that is there.
  void add(const Way& way, std::string text);

  bool empty() const { return problems_.empty(); }

  // Whether more would not be told anyway, so that looking closely is in vain.
  bool is_full() const { return problems_.size() >= problem_limit; }

  std::vector<Problem> take();

private:
  struct Found {
    toml::Place place;
    bool in_list = false; // the last of the way
  };

  Found find(const Way& way) const;

  std::string file_;
  const toml::Table& tree_;
  std::vector<Problem> problems_; // in the order of the file
  std::size_t untold_ = 0;
};

} // namespace mox::config
