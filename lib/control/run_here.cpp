#include "control/run_here.h"

#include "async/loop.h"
#include "control/frame.h"

#include <array>
#include <memory>
#include <unistd.h>

namespace mox::control {

namespace {

class LocalSource final : public Source {
public:
  explicit LocalSource(Reader* reader) : reader_(reader) {}

  async::Task<Result<std::string_view>> read() override {
    if (reader_ == nullptr) co_return std::string_view();
    MOX_CO_TRY_ASSIGN(size, reader_->read(*room_));
    if (size == 0) reader_ = nullptr;
    co_return std::string_view(room_->data(), size);
  }

private:
  Reader* reader_; // null once it is at its end
  std::unique_ptr<std::array<char, max_payload>> room_ =
      std::make_unique_for_overwrite<std::array<char, max_payload>>();
};

class LocalSink final : public Sink {
public:
  explicit LocalSink(const Writer& writer) : writer_(writer) {}

  async::Task<Result<>> write(std::string_view bytes) override {
    if (bytes.empty()) co_return ok();
    co_return writer_(bytes);
  }

private:
  const Writer& writer_;
};

} // namespace

Result<> run_here(const Handler& handler, const Request& request, Reader* reader,
                  const Writer& writer) {
  async::Loop loop;
  LocalSource source(reader);
  LocalSink sink(writer);
  Call call{.request = request,
            .peer = net::PeerCredentials{.uid = ::getuid(), .gid = ::getgid(), .pid = ::getpid()},
            .source = source,
            .sink = sink};
  return loop.run(handler(call));
}

} // namespace mox::control
