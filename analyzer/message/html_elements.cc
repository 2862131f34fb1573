#include "analyzer/message/html_elements.h"

#include <array>
#include <cstddef>

namespace secondlook {
namespace {

using Names = std::string_view;  // parted by blanks

// noscript holds no raw text here: mail clients run no script and show what stands in it.
constexpr struct {
  HtmlTrait trait;
  Names names;
} kTraits[] = {
    {HtmlTrait::html4,
     "a abbr acronym address applet area b base basefont bdo big blockquote body br button caption "
     "center cite code col colgroup dd del dfn dir div dl dt em fieldset font form frame frameset "
     "h1 h2 h3 h4 h5 h6 head hr html i iframe img input ins isindex kbd label legend li link map "
     "menu meta nobr noframes noscript object ol optgroup option p param pre q s samp script "
     "select small span strike strong style sub sup table tbody td textarea tfoot th thead title "
     "tr tt u ul var x-sigsep x-tab"},
    {HtmlTrait::tolerated, "bgsound embed listing plaintext xmp"},
    {HtmlTrait::raw_text, "script style textarea title xmp iframe noembed noframes plaintext"},
    {HtmlTrait::no_end,
     "br img hr input meta link area base col embed source track wbr param bgsound"},
    {HtmlTrait::block,
     "div p br tr table h1 h2 h3 h4 h5 h6 li ul ol dl dt dd hr pre center form body blockquote "
     "section header footer article address caption tbody thead option nav main aside fieldset "
     "figure"},
    {HtmlTrait::closes_itself, "p li td th tr option dt dd"},
    {HtmlTrait::line_gap, "div br"},
    {HtmlTrait::paragraph_gap, "p hr blockquote pre title xmp plaintext listing"},
    {HtmlTrait::word_gap, "td th li dt dd h1 h2 h3 h4 h5 h6 embed"},
    {HtmlTrait::parts_words,
     "br div li td th dt dd p hr blockquote pre embed listing plaintext xmp title h1 h2 h3 h4 h5 "
     "h6"},
    {HtmlTrait::changes_ink, "body font table tr th td big small basefont marquee span p div a"},
    {HtmlTrait::takes_style, "table td th tr span p div a"}};

// Open addressing: a name stands at its hash or behind, up to the next empty place.
class ElementTable {
 public:
  static constexpr std::size_t kPlaces = 512;

  constexpr ElementTable() {
    for (const auto& [trait, names] : kTraits) {
      for (std::size_t at = 0; at < names.size();) {
        const std::size_t end = end_of_name(names, at);
        place_of(names.substr(at, end - at)).element.traits |= static_cast<std::uint32_t>(trait);
        at = end + 1;
      }
    }
  }

  constexpr std::size_t size() const { return count_; }

  constexpr HtmlElement find(std::string_view name) const {
    std::size_t at = hash(name);
    while (!places_[at].name.empty() && places_[at].name != name) at = (at + 1) % kPlaces;
    return places_[at].element;
  }

 private:
  struct Place {
    std::string_view name;
    HtmlElement element;
  };

  static constexpr std::size_t end_of_name(Names names, std::size_t at) {
    while (at < names.size() && names[at] != ' ') ++at;
    return at;
  }

  static constexpr std::size_t hash(std::string_view name) {
    if (name.empty()) return 0;
    const auto byte = [&](std::size_t i) -> std::size_t {
      return static_cast<unsigned char>(name[i]);
    };
    return (byte(0) * 37 + byte(name.size() / 2) * 5 + byte(name.size() - 1) * 101 + name.size()) %
           kPlaces;
  }

  constexpr Place& place_of(std::string_view name) {
    std::size_t at = hash(name);
    while (!places_[at].name.empty() && places_[at].name != name) at = (at + 1) % kPlaces;
    if (places_[at].name.empty()) {
      places_[at].name = name;
      places_[at].element.number = static_cast<std::uint8_t>(++count_);
    }
    return places_[at];
  }

  std::array<Place, kPlaces> places_{};
  std::size_t count_ = 0;
};

constexpr ElementTable kTable;
static_assert(kTable.size() < kHtmlElements);

}  // namespace

HtmlElement html_element(std::string_view name) {
  return kTable.find(name);
}

}  // namespace secondlook
