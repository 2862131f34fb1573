// Failures on demand: the next N requests that match are answered otherwise, before or after they
// took effect. Safe from several threads.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tests/support/http_server.h"

namespace secondlook::stand_in {

struct Fault {
  std::string method;         // empty: any
  std::string path_contains;  // of the target as it came; empty: any
  unsigned count = 1;
  int status = 503;
  std::string code = "serviceNotAvailable";
  std::string retry_after;    // empty: no such field
  bool after_effect = false;  // the request is carried out, then its answer replaced
  bool drop = false;          // instead of an answer the connection is closed
  std::chrono::milliseconds delay{0};
};

class Faults {
 public:
  void add(Fault fault);
  void clear();
  // The first fault that matches, counted down.
  std::optional<Fault> take(const ServedRequest& request);

 private:
  std::mutex mutex_;
  std::vector<Fault> faults_;
};

ServedAnswer answer_of(const Fault& fault);

// One object or an array of {"method","path_contains","count","status","code","retry_after",
// "after_effect","drop","delay_ms"}, all optional.
Result<std::vector<Fault>> read_faults(std::string_view json);

}  // namespace secondlook::stand_in
