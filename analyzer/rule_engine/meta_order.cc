#include "analyzer/rule_engine/meta_order.h"

#include <algorithm>

namespace secondlook {
namespace {

// Every node left over asks for one that is left over: following them must come back.
std::vector<std::size_t> find_cycle(const std::vector<std::vector<std::size_t>>& asks,
                                    const std::vector<std::size_t>& open, std::size_t start) {
  std::vector<std::size_t> path;
  std::vector<bool> seen(asks.size());
  std::size_t node = start;
  while (!seen[node]) {
    seen[node] = true;
    path.push_back(node);
    node = *std::find_if(asks[node].begin(), asks[node].end(),
                         [&](std::size_t next) { return open[next] > 0; });
  }
  return {std::find(path.begin(), path.end(), node), path.end()};
}

}  // namespace

MetaOrder order_metas(const std::vector<std::vector<std::size_t>>& asks) {
  std::vector<std::size_t> open(asks.size());  // parts not yet decided
  std::vector<std::vector<std::size_t>> asked_by(asks.size());
  MetaOrder result;
  for (std::size_t i = 0; i < asks.size(); ++i) {
    open[i] = asks[i].size();
    for (const std::size_t part : asks[i]) asked_by[part].push_back(i);
    if (open[i] == 0) result.order.push_back(i);
  }
  for (std::size_t done = 0; done < result.order.size(); ++done) {
    for (const std::size_t asker : asked_by[result.order[done]]) {
      if (--open[asker] == 0) result.order.push_back(asker);
    }
  }
  const auto left = std::find_if(open.begin(), open.end(), [](std::size_t n) { return n > 0; });
  if (left != open.end()) {
    result.cycle = find_cycle(asks, open, static_cast<std::size_t>(left - open.begin()));
  }
  return result;
}

}  // namespace secondlook
