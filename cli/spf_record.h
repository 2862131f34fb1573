// A domain's SPF as a receiver would spend it: how many look-ups it costs (RFC 7208 4.6.4).
// Nobody's mail is judged here: macros are counted and not expanded.
#pragma once

#include <string>
#include <vector>

#include "cli/dns_resolver.h"

namespace secondlook {

struct SpfReport {
  static constexpr unsigned kMostLookups = 10;  // RFC 7208 4.6.4: beyond is permerror
  static constexpr unsigned kMostVoids = 2;     // of them, without an answer

  std::string record;    // empty: there is none
  unsigned lookups = 0;  // that terms cost; may stop short, see `errors`
  unsigned voids = 0;
  std::string all;                    // the deciding "all" with its qualifier: "-all"; empty: none
  std::vector<std::string> includes;  // every domain that was followed
  std::vector<std::string> errors;    // what makes it permerror, in plain words
  std::vector<std::string> remarks;   // what should be otherwise
  std::string failure;                // DNS did not answer: nothing above is whole
};

// Follows include: and redirect=, at most 40 look-ups in all, each domain once a chain.
SpfReport examine_spf(const Dns& dns, const std::string& domain);

}  // namespace secondlook
