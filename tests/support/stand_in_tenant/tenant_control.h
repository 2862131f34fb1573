// The other side of the stand-in's control: plain sentences for the programs and tests that use it
// from another process. Blocking.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook::stand_in {

struct DeliveredTo {
  std::vector<std::string> mailboxes;  // primary addresses of the mailboxes that got a copy
  std::vector<std::string> external;   // recipients that are no user
};

struct DeliveryOptions {
  std::string folder = "inbox";
  int late_milliseconds = 0;
  std::vector<std::string> omit;     // recipients that get no copy (quarantined, say)
  int late_spread_milliseconds = 0;  // each copy up to so much later
  unsigned twice_every = 0;          // each Nth mailbox gets it twice
  bool varied = false;               // read marks, flags, categories, importance
};

class TenantControl {
 public:
  explicit TenantControl(std::string url) : url_(std::move(url)) {}

  Result<DeliveredTo> deliver(std::string_view mail, const std::vector<std::string>& recipients,
                              const DeliveryOptions& options) const;
  // Primary address of every address of the tenant, both in lower case.
  Result<std::map<std::string, std::string>> addresses() const;
  // Any control of control_service.h: the JSON answer.
  Result<std::string> ask(const std::string& method, const std::string& what,
                          const std::string& body = "") const;

 private:
  std::string url_;
};

}  // namespace secondlook::stand_in
