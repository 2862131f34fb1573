// The whole of the ingest process but its rights: log writer, sockets, sessions, on one network
// thread. main.cc opens it, confines the process, runs it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "journal_ingest/settings_files.h"
#include "schema/configuration.h"
#include "schema/process_figures.h"

namespace secondlook {

// What the process was started with besides its configuration.
struct ReceptionStart {
  std::vector<int> listening;      // inherited sockets; none: those of [smtp] listen are opened
  FileDescriptor settings_reader;  // start_settings_reader(); closed: no reload
  // Somebody restarts this process when it ends. Then a reload that cannot be done in place makes
  // it stop in order; else it is left to a person.
  bool supervised = false;
  std::shared_ptr<IngestFigures> figures = std::make_shared<IngestFigures>();
  // After each reload: what `status` is to show. Called on the network thread.
  std::function<void(const std::string& description)> tell;
};

class Reception {
 public:
  // Everything that needs rights: recovers the log, reads certificate and key, opens or adopts the
  // sockets. Starts no thread.
  static Result<std::unique_ptr<Reception>> open(const Configuration& configuration,
                                                 ReceptionStart start);
  ~Reception();

  // "listening on 127.0.0.1:2525, [::1]:2525"
  std::string description() const;
  // Receives until SIGTERM or SIGINT; sessions that send a message may finish it. At the end all
  // that was answered with 250 is synced, and nothing else is under way.
  //
  // SIGHUP: takes up [smtp] and [[tenant]] anew for those who connect from then on; sessions that
  // run keep what they began with. With any mistake everything stays as it is (an error in the
  // log). A change of [journal] or [log] needs a new process: see ReceptionStart::supervised.
  void run();

 private:
  struct Parts;
  explicit Reception(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace secondlook
