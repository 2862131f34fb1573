// One request to the stand-in's Graph, taken apart, and the collections it is answered with.
#pragma once

#include <algorithm>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "tests/support/stand_in_tenant/graph_service.h"

namespace secondlook::stand_in {

struct GraphService::Question {
  const ServedRequest& request;
  const WebTarget& target;  // segments: "v1.0", "users", ...
  Selection selection;
  bool wants_immutable_ids = false;
  bool wants_size = false;

  Question(const ServedRequest& asked, const WebTarget& where);
  const std::string& method() const { return request.method; }
  std::size_t depth() const { return target.segments.size(); }
  bool segment_is(std::size_t at, std::string_view name) const {
    return at < depth() && target.segments[at] == name;
  }
  std::size_t number(std::string_view name, std::size_t fallback, std::size_t most) const;
};

}  // namespace secondlook::stand_in
