// URLs of running text that are written in full-width characters (ｈｔｔｐｓ：／／ｅｘ．ｃｏｍ／ａ)
// or hold some (https：//example．com). Some clients make links of them, and people are told to
// copy them; scanners that look for "http://" see nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

// The URLs whose scheme, separator or host holds a full-width character, in ASCII, at most `most`:
// http, https and www. as find_plain_links() takes them. A URL ends where neither an ASCII nor a
// full-width character of URLs stands; 。 is a dot only between the letters of a host. Linear.
std::vector<std::string> wide_urls(std::string_view utf8, std::size_t most);

}  // namespace secondlook
