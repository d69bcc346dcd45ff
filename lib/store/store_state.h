// What a Store consists of.
#pragma once

#include "bloblog/reader.h"
#include "bloblog/segments.h"
#include "bloblog/writer.h"
#include "database/database.h"
#include "file/owner_lock.h"
#include "store/free_space.h"
#include "store/maintenance.h"
#include "store/staging.h"
#include "store/store.h"
#include "store/writer.h"

#include <memory>
#include <optional>

namespace mox::store {

struct Store::State {
  State(Options with, const Clock& time, Random& chance, Observer watcher)
      : options(std::move(with)), clock(time), random(chance), observer(std::move(watcher)),
        free_space(options.folder, options.min_free_space) {}

  Options options;
  const Clock& clock;
  Random& random;
  Observer observer;
  FreeSpace free_space;
  std::optional<file::OwnerLock> owner;
  std::unique_ptr<database::Database> database;
  std::shared_ptr<bloblog::Segments> segments; // shared with bodies that outlive the store
  std::unique_ptr<bloblog::Writer> log;
  std::unique_ptr<Workshop> workshop;
  std::unique_ptr<Writer> writer;
  std::unique_ptr<Maintenance> maintenance; // stops before the writer, and goes after it
  StagingLocks staging_locks;

  void say(std::string_view message, bool error = false) const {
    if (observer.log) observer.log(message, error);
  }
};

} // namespace mox::store
