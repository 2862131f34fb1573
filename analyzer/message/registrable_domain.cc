#include "analyzer/message/registrable_domain.h"

#include <libpsl.h>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestHost = 253;

bool is_address(std::string_view host) {
  return host.empty() || host.front() == '[' || is_digit(host.back());
}

}  // namespace

std::string registrable_domain(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string name(host);
  if (is_address(host) || host.size() > kLongestHost) return name;
  const char* found = psl_registrable_domain(psl_builtin(), name.c_str());
  return found != nullptr ? std::string(found) : name;
}

bool has_known_suffix(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || host.size() > kLongestHost) return false;
  const std::string last(host.substr(dot + 1));
  return !last.empty() && psl_is_public_suffix2(psl_builtin(), last.c_str(),
                                                PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

}  // namespace secondlook
