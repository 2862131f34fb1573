// The operators' lists as one file, lines of schema/lists, for the analyzer.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "remediation/shared_store.h"

namespace secondlook {

class ListKeeper {
 public:
  // The store must outlive it. `path`: where the file is written before it loses its name.
  ListKeeper(SharedStore& store, std::string path) : store_(store), path_(std::move(path)) {}

  // Called by tell(), on its thread. Before the first tell().
  void when_told(std::function<void()> told) { told_ = std::move(told); }
  // Writes what the store holds now; the analyzer gets it by the verdict server.
  Result<void> renew();
  // There is news: lists, or reports that are to be judged by them.
  void tell() const {
    if (told_) told_();
  }
  // Null before the first. From any thread.
  std::shared_ptr<const FileDescriptor> newest() const;

 private:
  SharedStore& store_;
  const std::string path_;
  std::function<void()> told_;
  std::mutex one_at_a_time_;
  mutable std::mutex mutex_;
  std::shared_ptr<const FileDescriptor> file_;
};

// A file with these bytes that has no name: it goes when the last process that holds it does.
// `path` is its name while it is written.
Result<FileDescriptor> write_unnamed_file(const std::string& path, std::string_view bytes);

}  // namespace secondlook
