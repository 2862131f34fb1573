// What one file holds that acts or leads elsewhere, said by an inspector of its format. All of it
// is hostile; every size is bounded here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/documents/inspection_allowance.h"

namespace secondlook {

// One thing that a document holds. Names are stable: rules ask for them by document_holds('...').
struct DocumentFact {
  std::string name;    // "macro_autorun"; the list stands in README.md of this folder
  std::string detail;  // for people: at most 200 bytes of UTF-8
};

class DocumentFindings {
 public:
  static constexpr std::size_t kMostFacts = 100;
  static constexpr std::size_t kMostUrls = 1000;
  static constexpr std::size_t kMostUnseen = 10;
  static constexpr std::size_t kLongestDetail = 200;
  static constexpr std::size_t kLongestUrl = 2048;

  DocumentFindings() = default;
  explicit DocumentFindings(InspectionAllowance allowance) : allowance_(std::move(allowance)) {}

  // Each drops what it has already, and what lies beyond its bound; add_unseen says so then.
  void add_fact(std::string_view name, std::string_view detail);
  void add_url(std::string_view url);        // a target that a reader can follow
  void add_qr_url(std::string_view url);     // read out of a picture
  void add_unseen(std::string_view reason);  // what could not be looked into: "damaged"

  const std::vector<DocumentFact>& facts() const { return facts_; }
  const std::vector<std::string>& urls() const { return urls_; }
  const std::vector<std::string>& qr_urls() const { return qr_urls_; }
  const std::vector<std::string>& unseen() const { return unseen_; }
  bool holds(std::string_view fact) const;

  // What inspectors may still spend; they take off what they use.
  InspectionAllowance& allowance() { return allowance_; }

 private:
  InspectionAllowance allowance_;
  std::vector<DocumentFact> facts_;
  std::vector<std::string> urls_, qr_urls_, unseen_;
};

}  // namespace secondlook
