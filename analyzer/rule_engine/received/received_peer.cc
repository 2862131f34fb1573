#include "analyzer/rule_engine/received/received_peer.h"

#include <algorithm>
#include <string>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/ip_networks.h"

namespace secondlook::received {
namespace {

bool is_helo_byte(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("-.^+_&:=?!@%*$\\/").find(c) != std::string_view::npos;
}

}  // namespace

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_address(std::string_view text) {
  return parse_ip_address(text).has_value();
}

bool is_localhost(std::string_view text) {
  return text == "localhost" || text == "localhost.localdomain" || text == "127.0.0.1" ||
         text == "::1";
}

std::string_view word_behind(std::string_view line, std::string_view mark, std::string_view ends) {
  const std::size_t place = line.find(mark);
  if (place == line.npos) return {};
  const std::string_view rest = line.substr(place + mark.size());
  const std::size_t end = rest.find_first_of(std::string(" ").append(ends));
  return rest.substr(0, end);
}

std::string_view helo_behind(std::string_view line, std::string_view mark) {
  std::string_view rest = line.substr(std::min(line.find(mark), line.size()));
  if (rest.empty()) return {};
  rest.remove_prefix(mark.size());
  std::size_t end = 0;
  while (end < rest.size() && is_helo_byte(rest[end])) ++end;
  return rest.substr(0, end);
}

Peer peer_in(std::string_view comment) {
  Peer peer;
  const std::size_t open = comment.find('[');
  const std::size_t close = comment.find(']', open == comment.npos ? 0 : open);
  if (open == comment.npos || close == comment.npos) {
    const std::string_view text = trim(comment);
    const std::size_t at = text.rfind('@');
    const std::string_view address = at == text.npos ? text : text.substr(at + 1);
    if (!is_address(address)) return peer;
    peer.ip = address;
    if (at != text.npos) peer.host = text.substr(0, at + 1);
    return peer;
  }
  const std::string_view inside = comment.substr(open + 1, close - open - 1);
  const std::string_view address = inside.substr(0, inside.find('%'));
  if (!is_address(address)) return peer;
  peer.ip = address;
  peer.bracketed = true;
  peer.host = trim(comment.substr(0, open));
  peer.spaced = open > 0 && comment[open - 1] == ' ';
  peer.behind = comment.substr(close + 1);
  return peer;
}

}  // namespace secondlook::received
