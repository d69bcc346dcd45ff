// The transcripts of a folder as test cases' sections, for every world of a server.
#pragma once

#include "support/catch.h"
#include "support/run_task.h"
#include "support/transcript.h"

#include <algorithm>
#include <cstdint>

namespace mox::test {

// How a client's bytes arrive.
enum class Arrival : std::uint8_t { whole, one_at_a_time };

// Some are about bytes that arrive together, or take too long one by one: they say @whole.
inline bool plays(const Transcript& transcript, Arrival arrival) {
  return arrival == Arrival::whole ||
         std::ranges::none_of(transcript.steps, [](const TranscriptStep& step) {
           return step.kind == TranscriptStep::Kind::direct && step.text == "whole";
         });
}

// A fresh `TheWorld(loop, trickle)` for each; its end() is "" or says what is wrong.
template <class TheWorld> void play_all(Arrival arrival) {
  for (const auto& path : transcripts_in(MOX_TEST_DATA "/transcripts")) {
    DYNAMIC_SECTION(path.filename().native()) {
      const auto transcript = read_transcript(path);
      if (!plays(transcript, arrival)) continue;
      Loop loop;
      TheWorld world(loop, arrival == Arrival::one_at_a_time);
      CHECK(loop.run(play(transcript, world)) == "");
      CHECK(world.end() == "");
    }
  }
}

} // namespace mox::test
