#include "smtpserver/faults.h"
#include "support/catch.h"

#include <string_view>
#include <vector>

using mox::smtpserver::Fault;
using mox::smtpserver::fault_for;
using mox::smtpserver::Stage;

TEST_CASE("localparts that fail on purpose") {
  struct Row {
    std::string_view localpart;
    Stage stage;
    std::optional<Fault> want;
  };

  const std::vector<Row> rows = {
      {"mox", Stage::data, std::nullopt},
      {"temperror", Stage::data, Fault{451}},
      {"PermError", Stage::data, Fault{550}},
      {"any.thing452", Stage::data, Fault{452}},
      {"599", Stage::data, Fault{599}},
      {"timeout", Stage::data, Fault{0}},
      {"temperror", Stage::rcpt, std::nullopt},
      {"temperror", Stage::mail, std::nullopt},
      {"rcptto421", Stage::rcpt, Fault{421}},
      {"rcptto421", Stage::data, std::nullopt},
      {"rcpttotimeout", Stage::rcpt, Fault{0}},
      {"mailfrompermerror", Stage::mail, Fault{550}},
      {"mailfrompermerror", Stage::rcpt, std::nullopt},
      {"mailfrom", Stage::mail, std::nullopt},
      {"a250", Stage::data, std::nullopt},
      {"a4x1", Stage::data, std::nullopt},
      {"51", Stage::data, std::nullopt},
      {"", Stage::data, std::nullopt},
  };
  for (const auto& row : rows) {
    CAPTURE(row.localpart);
    CHECK(fault_for(row.localpart, row.stage) == row.want);
  }
}
