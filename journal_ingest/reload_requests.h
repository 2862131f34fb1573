// SIGHUP as an event: asks the settings reader what stands in the files now and hands the answer
// on. Decides nothing. On the network thread, which never waits for a disk here.
#pragma once

#include <array>
#include <functional>

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/signal_set.hpp>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "journal_ingest/settings_reader.h"

namespace secondlook {

class ReloadRequests {
 public:
  using Take = std::function<void(const Result<SettingsFiles>&)>;

  // SIGHUP is caught from now on. `reader`: of start_settings_reader; closed: there is none, and
  // every request is answered with `forbidden`. `io` must outlive it.
  ReloadRequests(asio::io_context& io, FileDescriptor reader, Take take);

  void start();
  // Nothing is taken any more; a SIGHUP is caught and passed over.
  void stop();

 private:
  void await_signal();
  void ask();
  void read_answer();
  void finish(const Result<SettingsFiles>& files);

  asio::signal_set signals_;
  asio::local::stream_protocol::socket reader_;
  Take take_;
  SettingsAnswer answer_;
  std::array<char, 16 << 10> buffer_;
  bool asking_ = false;
  bool ask_again_ = false;  // SIGHUP came while an answer was on its way
  bool stopped_ = false;
};

}  // namespace secondlook
