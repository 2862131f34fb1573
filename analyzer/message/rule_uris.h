// The URIs that rules of type `uri` see, as SpamAssassin lists them: each target of HTML as it is
// written and in a plainer form, and what looks like a URI or an address in rendered text. Not the
// links that a browser would follow: those are FoundLink, for signals and for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

class RuleUris {
 public:
  // Holds at most `most` URIs before equal ones are joined; the others are dropped, see is_full().
  explicit RuleUris(std::size_t most) : most_(most) {}

  // A target of HTML, character references decoded; base: of the part, may be empty. Besides the
  // target itself: without a scheme, with http://; with percent signs decoded, backslashes turned,
  // default ports and a trailing dot of the host gone, numbers as dotted IPv4; a URL in its query
  // ("?u=http://…"), up to the next &; mailto: without its query.
  void add_target(std::string_view written, std::string_view base);

  // All that rendered text shows: http, https and ftp URLs; where the top-level domain exists also
  // hosts without a scheme ("example.com/x" as http://example.com/x) and mail addresses as mailto:.
  // Unlike SpamAssassin also URLs in full-width characters, in ASCII. Linear.
  void add_from_text(std::string_view text);

  bool is_full() const { return uris_.size() >= most_; }

  // As they were found: each as it is written, its other forms behind it.
  std::vector<std::vector<std::string>> take_apart();

  // In byte order, each once; at most 2,048 bytes each.
  std::vector<std::string> take();

 private:
  void add(std::string_view uri);
  void add_with_plainer_forms(std::string_view uri, int depth);
  void add_from_word(std::string_view word);
  void add_from_url(std::string_view word, std::size_t scheme_at, std::size_t slashes);
  void add_bare_hosts(std::string_view word);

  std::size_t most_;
  std::vector<std::string> uris_;
  std::vector<std::size_t> begins_;  // in uris_, of each that was found
};

// An http or https URI in its plainer form, without "user@"; "" for anything else.
std::string plain_web_uri(std::string_view uri);

}  // namespace secondlook
