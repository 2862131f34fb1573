// Brands by their real domains, and whether a host pretends to be one of them. Looked up by keys
// that are made once (looks, labels with a letter left out), never by comparing with each brand: a
// mail names hundreds of hosts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

class KnownBrands {
 public:
  // Arguments of the signals, weakest last.
  //   confusable  the name looks the same (paypa1.example)
  //   edit        one letter more, less, other or swapped, in names of six letters and more
  //   subdomain   a whole real domain before the registrable one, with dots or hyphens
  //               (paypal.com.evil.example, paypal-com.evil.example)
  //   ending      the same name under an ending that costs little (paypal.test)
  //   word        the name as a word of the host (paypal-login.example, paypal.evil.example)
  // All but subdomain: names of five letters and more; edit and word: not those near words.
  enum class Way { confusable, edit, subdomain, ending, word };
  struct Likeness {
    const BrandDomain* brand;
    Way way;
  };

  KnownBrands() = default;
  explicit KnownBrands(std::vector<BrandDomain> brands);

  // Hosts in the form of readable_domain().
  bool own(std::string_view host) const;  // a real domain, or beneath one
  std::optional<Likeness> imitated_by(const std::string& host) const;
  bool is_empty() const { return brands_.empty(); }

 private:
  // Asked by views without making strings of them.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Index = std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>>;
  void add(std::size_t index);
  const BrandDomain* find(const Index& index, const std::string& key) const;
  const BrandDomain* find_edited(const std::string& label) const;
  const BrandDomain* find_in_words(const std::vector<std::string>& words) const;

  std::vector<BrandDomain> brands_;
  Index domains_;  // as they are
  Index words_;    // with dots for hyphens
  Index labels_, looks_;
  std::unordered_multimap<std::string, std::size_t> shortened_;
};

std::string_view name_of(KnownBrands::Way way);

}  // namespace secondlook
