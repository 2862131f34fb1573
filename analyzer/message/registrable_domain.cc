#include "analyzer/message/registrable_domain.h"

#include <array>
#include <functional>

#include <libpsl.h>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestHost = 253;

bool is_address(std::string_view host) {
  return host.empty() || host.front() == '[' || is_digit(host.back());
}

std::string ask_list(const std::string& host) {
  const char* found = psl_registrable_domain(psl_builtin(), host.c_str());
  return found != nullptr ? std::string(found) : host;
}

// The list takes microseconds to answer, and many rules and signals of one mail ask for the same
// hosts.
class LatelyAsked {
 public:
  const std::string& answer(std::string_view host) {
    Entry& entry = entries_[std::hash<std::string_view>{}(host) % entries_.size()];
    if (entry.host != host) entry = {std::string(host), ask_list(std::string(host))};
    return entry.name;
  }

 private:
  struct Entry {
    std::string host, name;
  };
  std::array<Entry, 256> entries_;
};

LatelyAsked& lately_asked() {
  thread_local LatelyAsked asked;
  return asked;
}

}  // namespace

std::string registrable_domain(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (is_address(host) || host.size() > kLongestHost) return std::string(host);
  return lately_asked().answer(host);
}

bool has_known_suffix(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || host.size() > kLongestHost) return false;
  const std::string last(host.substr(dot + 1));
  return !last.empty() && psl_is_public_suffix2(psl_builtin(), last.c_str(),
                                                PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

}  // namespace secondlook
