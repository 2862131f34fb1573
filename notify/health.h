// Two questions that a monitor asks again and again. healthy: does this process see what it is to
// tell? ready: can mail be received and dealt with? Values; the way out is a sentence each.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "notify/http_server.h"
#include "notify/observer.h"

namespace secondlook {

// Reports that wait longer for their verdict than that make the service not ready.
inline constexpr std::chrono::minutes kMostLag{10};

// What is wrong; empty: nothing.
std::vector<std::string> not_healthy_because(const Observations& seen);
std::vector<std::string> not_ready_because(const Observations& seen);

// 200 or 503; lines of text, or {"ready": false, "because": ["..."]} for who accepts JSON. `name`:
// "ready", "healthy".
HttpAnswer health_answer(const std::string& name, const std::vector<std::string>& because,
                         const std::string& accept);

}  // namespace secondlook
