// The keeper: makes extractors for workers, each worker has one at a time; waits for them, kills
// them. Sees no file and none of what is found in one.
#pragma once

#include <map>
#include <vector>

#include <poll.h>
#include <sys/types.h>

#include "analyzer/extract/extractor.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "schema/frame.h"

namespace secondlook {

class ExtractKeeper {
 public:
  // `control`: the socket of helper_process.h. `inspect` must outlive it.
  ExtractKeeper(int control, const InspectFile& inspect, const ExtractorLimits& limits);
  ExtractKeeper(const ExtractKeeper&) = delete;
  ExtractKeeper& operator=(const ExtractKeeper&) = delete;
  ~ExtractKeeper();  // kills its extractors

  // Until the master closes the control socket.
  Result<void> run();

 private:
  struct Worker {
    FileDescriptor connection;
    FrameReader frames;
    std::vector<FileDescriptor> files;  // came with frames not yet whole
    pid_t extractor = -1;
    FileDescriptor ended;  // of the extractor: a pidfd
  };
  // False: the master closed the control socket.
  Result<bool> take_connection();
  // False: the worker is gone, or says what no worker says.
  bool look_at(Worker& worker, const pollfd& connection, const pollfd& extractor);
  bool take_frames(Worker& worker);
  bool start(Worker& worker);
  bool end(Worker& worker);

  int control_;
  const InspectFile& inspect_;
  ExtractorLimits limits_;
  std::map<int, Worker> workers_;  // by the connection's number
};

}  // namespace secondlook
