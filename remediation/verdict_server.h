// The verdict socket's server: one analyzer at a time, welcomed with the point to resume from; its
// deliveries recorded in batches of what has arrived, acknowledged after the commit.
// A peer that breaks the protocol, or whose batch cannot be committed, is disconnected: nothing was
// acknowledged, and the master comes back for the same.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/file_descriptor.h"
#include "remediation/history_keeper.h"
#include "remediation/list_keeper.h"
#include "remediation/recorded_mark.h"
#include "remediation/recorder.h"
#include "remediation/stop_event.h"
#include "schema/frame.h"
#include "schema/loop_watch.h"

namespace secondlook {

// How far reception has come, for `status`. Callable from any thread.
class ReceptionState {
 public:
  struct Values {
    std::string log;  // empty: no analyzer has said hello yet
    std::uint64_t durable = 0, recorded = 0;
    bool analyzer_connected = false;
  };
  void set_log(const std::string& log);
  void set_durable(std::uint64_t sequence);
  void set_recorded(std::uint64_t sequence);
  void set_connected(bool connected);
  Values values() const;

 private:
  mutable std::mutex mutex_;
  Values values_;
};

class VerdictServer {
 public:
  static constexpr std::size_t kLargestBatch = 128;

  struct Parts {  // all must outlive the server
    Recorder& recorder;
    SharedStore& store;
    RecordedMark& mark;
    ReceptionState& reception;
    const StopEvent& stop;
    std::function<void()> steps_were_planned;
    Revisions* revisions = nullptr;          // the recorder's; none: nothing is judged once more
    const HistoryKeeper* history = nullptr;  // none: the analyzer is told of no correspondents
    const ListKeeper* lists = nullptr;       // none: of no lists
    WatchedLoop* loop = nullptr;             // of the thread of run(); none: nobody watches
  };
  VerdictServer(FileDescriptor listening, Parts parts);

  // There are new lists, or more reports to be judged once more. From any thread.
  void wake();

  // Serves until the stop event. An error: the listening socket itself is broken.
  Result<void> run();
  // One connection until it ends, for tests and run(); the reason is for the log.
  Result<void> serve(FileDescriptor connection);

 private:
  // Every wait of this thread but those with a bound of seconds: between them it is at work.
  Result<StopEvent::Woken> wait(int descriptor, std::chrono::milliseconds timeout, int other = -1);
  Result<void> greet(int connection, FrameReader& frames);
  // False: the peer closed, or we are to stop.
  Result<bool> take_batch(int connection, FrameReader& frames);
  Result<void> handle(int connection, const std::vector<Frame>& batch);
  Result<void> take_other(const Frame& frame);
  void take_wake();
  Result<void> ask_again(int connection);
  // What is new for the analyzer: history, lists, then requests.
  Result<void> send_news(int connection);
  // Where it is another file than the one sent last.
  Result<void> send_file(int connection, VerdictFrame type,
                         std::shared_ptr<const FileDescriptor> newest,
                         std::shared_ptr<const FileDescriptor>& sent);
  Result<void> advance_mark(const std::string& log);
  // A mark that cannot be written only keeps segments longer: told, and tried again.
  void write_mark();

  FileDescriptor listening_;
  Parts parts_;
  std::string log_;
  std::shared_ptr<const FileDescriptor> sent_history_, sent_lists_;
  FileDescriptor news_;  // an eventfd; closed where none was to be had
};

}  // namespace secondlook
