#include <algorithm>
#include <array>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/received_forms.h"

namespace secondlook {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view word_behind(std::string_view line, std::string_view mark) {
  const std::size_t place = line.find(mark);
  if (place == line.npos) return {};
  const std::string_view rest = line.substr(place + mark.size());
  return rest.substr(0, rest.find_first_of(" ;)"));
}

// The registered protocol types that say "authenticated" (RFC 3848, 6531), and web forms.
bool says_authenticated(std::string_view protocol) {
  std::string upper(protocol);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  constexpr std::array<std::string_view, 12> kProtocols = {
      "ESMTPA",    "ESMTPSA",    "LMTPA", "LMTPSA", "UTF8SMTPA", "UTF8SMTPSA",
      "UTF8LMTPA", "UTF8LMTPSA", "ASMTP", "HTTP",   "HTTPS",     "HTTPU"};
  for (const std::string_view known : kProtocols) {
    if (upper == known) return true;
  }
  return false;
}

std::string protocol_of(std::string_view line) {
  if (!has(line, " by ")) return "";
  for (std::size_t place = line.find(" with "); place != line.npos;
       place = line.find(" with ", place + 1)) {
    const std::string_view rest = line.substr(place + 6);
    const std::string_view word = rest.substr(0, rest.find_first_of(" ;"));
    if (says_authenticated(word)) return std::string(word);
  }
  return "";
}

// "mx.google.com with ESMTPS id x1sm2abc.9.2020.01.02.03.04.05 … (version=… cipher=…)": Google's
// own submission, told by the shape of its id.
std::string google_transport(std::string_view line) {
  const std::string_view id = word_behind(line, " by mx.google.com with ESMTPS id ");
  const std::size_t mark = id.find("sm");
  std::size_t dots = 0;
  for (const char c : id) dots += c == '.' ? 1 : 0;
  if (mark == id.npos || mark == 0 || mark > 4 || dots != 7) return "";
  const std::string_view version = word_behind(line, "(version=");
  const std::size_t cipher = line.find(" cipher=");
  if (version.empty() || cipher == line.npos) return "";
  const std::string_view rest = line.substr(cipher + 8);
  return "GMail - transport=" + std::string(version) +
         " cipher=" + std::string(rest.substr(0, rest.find(')')));
}

std::string mechanism(std::string_view line) {
  const std::size_t place = line.find("]) (AUTH: ");
  const std::size_t other = line.find(")] (AUTH: ");
  const std::size_t found = place == line.npos ? other : place;
  if (found == line.npos) return "";
  const std::string_view rest = line.substr(found + 10);
  for (const std::string_view name : {"LOGIN", "PLAIN", "DIGEST-MD5", "CRAM-MD5"}) {
    if (rest.starts_with(std::string(name) + " ")) return std::string(name);
  }
  return "";
}

// "(… authenticated …)" behind the peer's address and before "by".
bool sendmail_authenticated(std::string_view line) {
  const std::size_t by = line.rfind(" by");
  const std::size_t word = line.find("authenticated");
  if (by == line.npos || word == line.npos || word > by) return false;
  const std::string_view before = line.substr(0, word);
  const std::size_t open = before.rfind('(');
  if (open == before.npos || !line.starts_with("from ")) return false;
  const std::string_view peer = before.substr(0, open);
  return has(peer, "])") || has(peer, ")]") || (has(peer, "] (") && has(peer, "))"));
}

std::string postfix_sender(std::string_view line) {
  const std::size_t place = line.find(") (Authenticated sender: ");
  if (place == line.npos) return "";
  const std::size_t by = line.find(") by ", place + 2);
  if (by == line.npos) return "";
  const std::size_t open = line.find(" (", by + 5);
  const std::size_t close = line.find(") with ", by + 5);
  if (open == line.npos || close == line.npos || close < open) return "";
  const std::string program(line.substr(open + 2, close - open - 2));
  return program == "Postfix" ? program : "Postfix (" + program + ")";
}

std::string gmx_protocol(std::string_view line) {
  for (const std::string_view host : {"mail.gmx.net", "mail.gmx.com"}) {
    const std::string_view rest =
        line.substr(std::min(line.find("] by " + std::string(host) + " ("), line.size()));
    if (rest.empty() || !(has(line, " (HELO ") || has(line, " (EHLO "))) continue;
    const std::string_view protocol = word_behind(rest, ") with ");
    if (protocol == "SMTP" || protocol == "ESMTP")
      return "GMX (" + std::string(protocol) + " / " + std::string(host) + ")";
  }
  return "";
}

std::string communigate(std::string_view line) {
  if (!has(line, " (account ")) return "";
  for (const std::string_view kind : {"HTTP", "SMTP", "XIMSS", "IMAP"}) {
    if (has(line, "CommuniGate Pro " + std::string(kind))) return "Communigate";
  }
  return "";
}

}  // namespace

std::string find_authentication(std::string_view line) {
  for (const auto find : {protocol_of, google_transport, mechanism}) {
    if (std::string found = find(line); !found.empty()) return found;
  }
  if (sendmail_authenticated(line)) return "Sendmail";
  for (const auto find : {gmx_protocol, postfix_sender, communigate}) {
    if (std::string found = find(line); !found.empty()) return found;
  }
  if (has(line, " with Microsoft Exchange Server HTTP-DAV")) return "HTTP-DAV";
  const std::string_view via = word_behind(line, " (via ");
  if (has(line, " by ") && starts_ignoring_case(via, "http") && via.size() <= 5)
    return std::string(via);
  return "";
}

}  // namespace secondlook
