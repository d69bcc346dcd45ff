#include "smtp_world.h"
#include "support/catch.h"

#include <algorithm>

using namespace mox;
using mox::smtpserver::test::SmtpWorld;

namespace {

// Some are about bytes that arrive together, or take too long one by one.
bool is_for_whole_writes(const mox::test::Transcript& transcript) {
  return std::ranges::any_of(transcript.steps, [](const auto& step) {
    return step.kind == mox::test::TranscriptStep::Kind::direct && step.text == "whole";
  });
}

void play_all(bool trickle) {
  for (const auto& path : mox::test::transcripts_in(MOX_TEST_DATA "/transcripts")) {
    DYNAMIC_SECTION(path.filename().native()) {
      const auto transcript = mox::test::read_transcript(path);
      if (trickle && is_for_whole_writes(transcript)) continue;
      mox::test::Loop loop;
      SmtpWorld world(loop, trickle);
      CHECK(loop.run(play(transcript, world)) == "");
      CHECK(world.end() == "");
    }
  }
}

} // namespace

TEST_CASE("conversations") {
  play_all(false);
}

TEST_CASE("conversations with a client whose bytes come one at a time") {
  play_all(true);
}
