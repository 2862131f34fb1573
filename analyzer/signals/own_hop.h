// What the tenant's own hop wrote about the message that is scanned: as the scan was given it, else
// read now.
#pragma once

#include <optional>

#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/trusted_headers.h"

namespace secondlook {

class OwnHop {
 public:
  explicit OwnHop(const ScanContext& context) : said_(context.trusted) {
    if (said_ == nullptr)
      said_ = &read_.emplace(read_trusted_headers(context.message, context.gateways));
  }
  OwnHop(const OwnHop&) = delete;
  OwnHop& operator=(const OwnHop&) = delete;

  const TrustedHeaders* operator->() const { return said_; }

 private:
  std::optional<TrustedHeaders> read_;
  const TrustedHeaders* said_;
};

}  // namespace secondlook
