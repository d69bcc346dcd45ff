// Waiting while a peer waits for an answer: long polling over HTTP, a server that hangs on purpose.
#pragma once

#include "async/event.h"
#include "async/task.h"
#include "net/connection.h"

#include <cstdint>

namespace mox::net {

// Belongs to one connection and its thread. Nothing else reads meanwhile.
class PatientWait {
public:
  enum class End : std::uint8_t {
    notified, // and the notification is taken
    timed_out,
    stopping, // the server wants to end
    gone,     // the peer has closed: nobody waits for an answer
  };

  // `event` tells of something new, `stop` that the server ends; it stays notified for others to
  // see. All must outlive this.
  PatientWait(Connection& connection, async::Event& event, async::Event& stop);
  ~PatientWait();
  PatientWait(const PatientWait&) = delete;
  PatientWait& operator=(const PatientWait&) = delete;

  async::Task<End> wait(Deadline deadline);

private:
  // A stop ends the wait for the event.
  class Forward final : public async::Event::Listener {
  public:
    explicit Forward(async::Event& to) : to_(to) {}

    void on_notify() override { to_.notify(); }

  private:
    async::Event& to_;
  };

  // Whether the peer is still there. What it sent already is left for who reads next.
  async::Task<bool> is_there(Deadline deadline);

  Connection& connection_;
  async::Event& event_;
  async::Event& stop_;
  Forward forward_;
  bool watched_ = true; // its next bytes, or its end, have not come yet
};

} // namespace mox::net
