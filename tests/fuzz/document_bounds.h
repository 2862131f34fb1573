// What every inspector of documents keeps to, whatever it is given.
#pragma once

#include <cstdlib>

#include "analyzer/documents/document_findings.h"
#include "analyzer/message/charset.h"

namespace secondlook {

inline void check_bounds(const DocumentFindings& findings) {
  if (findings.facts().size() > DocumentFindings::kMostFacts) std::abort();
  for (const DocumentFact& fact : findings.facts())
    if (!is_valid_utf8(fact.detail) || fact.detail.size() > DocumentFindings::kLongestDetail)
      std::abort();
  for (const std::string& url : findings.urls())
    if (!is_valid_utf8(url) || url.size() > DocumentFindings::kLongestUrl) std::abort();
}

}  // namespace secondlook
