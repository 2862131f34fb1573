#include "graph_client/graph_credential.h"

#include <algorithm>

namespace secondlook {

namespace {

// "127.0.0.1" of "http://127.0.0.1:80/x"; "[::1]" keeps its brackets. Empty where the URL names a
// user, whose name could look like a host.
std::string_view host_of(std::string_view url) {
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  const std::string_view authority = url.substr(0, url.find_first_of("/?#\\"));
  if (authority.find('@') != authority.npos) return "";
  const std::size_t bracket = authority.find(']');
  if (bracket != authority.npos) return authority.substr(0, bracket + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_loopback(std::string_view host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

bool is_link_local(std::string_view host) {
  constexpr std::string_view kStart = "169.254.";
  return host.starts_with(kStart) && host.find_first_not_of("0123456789.") == host.npos;
}

}  // namespace

bool is_acceptable_identity_endpoint(std::string_view url, bool is_app_service) {
  const std::string_view host = host_of(url);
  if (host.empty()) return false;
  if (url.starts_with("https://")) return true;
  if (!url.starts_with("http://")) return false;
  return is_loopback(host) || host == "169.254.169.254" || (is_app_service && is_link_local(host));
}

bool is_acceptable_root(std::string_view url) {
  const std::string_view host = host_of(url);
  if (host.empty() || url.ends_with('/') || url.find('@') != url.npos) return false;
  if (url.starts_with("https://")) return true;
  return url.starts_with("http://") && is_loopback(host);
}

}  // namespace secondlook
