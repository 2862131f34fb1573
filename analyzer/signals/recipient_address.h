// Whom a mail was sent to, and whether a URL carries such an address.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

// Lower case, at most 20. Envelope first; a mail without one (a scan of files) says it in To.
// Nobody is named to himself.
std::vector<std::string> recipient_addresses(const ScanContext& context);

// An address as URLs carry it: plain, percent-encoded, base64 or hexadecimal.
class AddressInUrls {
 public:
  explicit AddressInUrls(const std::string& address);  // lower case
  bool is_in(std::string_view url) const;

 private:
  std::string plain_, escaped_, base64_, hexadecimal_;
};

}  // namespace secondlook
