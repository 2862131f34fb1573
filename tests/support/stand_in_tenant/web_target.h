// A request's target taken apart: decoded path segments and decoded query values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook::stand_in {

struct WebTarget {
  std::vector<std::string> segments;                      // "/a/b%2Fc" gives "a", "b/c"
  std::map<std::string, std::string, std::less<>> query;  // "+" is a space, as in Exchange

  std::string query_value(std::string_view name) const;
  bool has(std::string_view name) const { return query.find(name) != query.end(); }
};

WebTarget read_target(std::string_view target);
// application/x-www-form-urlencoded.
std::map<std::string, std::string, std::less<>> read_form(std::string_view text);

// The value of `internetMessageId eq 'VALUE'` and relatives: `before` is what stands in front of
// the string, spaces aside. False when the filter has another form.
bool read_equals_filter(std::string_view filter, std::string_view before, std::string_view after,
                        std::string& value);

}  // namespace secondlook::stand_in
