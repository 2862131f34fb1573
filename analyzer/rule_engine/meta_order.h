// In which order meta rules must be evaluated so that each finds its parts decided.
#pragma once

#include <cstddef>
#include <vector>

namespace secondlook {

struct MetaOrder {
  std::vector<std::size_t> order;  // parts before those who ask for them
  std::vector<std::size_t> cycle;  // empty, or rules of which each asks for the next, the last
                                   // for the first
};

// asks[i]: the nodes that node i needs, each below asks.size(). Linear, no recursion.
MetaOrder order_metas(const std::vector<std::vector<std::size_t>>& asks);

}  // namespace secondlook
