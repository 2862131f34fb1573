// Character references of HTML (`&amp;` `&#x41;` `&colon;`) as browsers decode them (WHATWG HTML
// §13.2.5.72-80), all 2,231 names: a phisher needs only one that a scanner does not know.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

enum class ReferencePlace { text, attribute };

// Appends the decoded text. In attributes a name without semicolon that is followed by `=` or a
// letter or digit stands as it is (`?a=1&copy=2`). Linear.
void append_unreferenced(std::string& out, std::string_view text, ReferencePlace place);

}  // namespace secondlook
