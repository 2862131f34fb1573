// Mail addresses in running text, as FreeMail looks for them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/stock_evals/stock_settings.h"

namespace secondlook {

// Lower case, each once, at most `most`. Left out: addresses inside web links, and quoted writers
// ("<a@b.example>", "a@b.example wrote:"). Linear: a name has at most 64 bytes, a host 253.
std::vector<std::string> find_body_addresses(std::string_view text, std::size_t most,
                                             const StockSettings& settings);

}  // namespace secondlook
