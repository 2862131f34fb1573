#include "notify/alerts/smtp_sign_in.h"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace secondlook {
namespace {

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  std::transform(capitals.begin(), capitals.end(), capitals.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return capitals;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::string_view first = words.substr(0, words.find(' '));
    if (first == word) return true;
    words.remove_prefix(std::min(words.size(), first.size() + 1));
  }
  return false;
}

// "before" and the text in base64 and CR LF. Wipes what it made on the way.
Secret encoded_line(std::string_view before, std::string words) {
  std::string text(4 * ((words.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(words.data()),
                                     static_cast<int>(words.size()));
  std::string line;
  line.reserve(before.size() + text.size() + 2);  // so that no piece is left where it moved from
  line.append(before).append(text, 0, static_cast<std::size_t>(length)).append("\r\n");
  OPENSSL_cleanse(words.data(), words.size());
  OPENSSL_cleanse(text.data(), text.size());
  return Secret(std::move(line));
}

}  // namespace

std::optional<SmtpSignIn> choose_sign_in(std::string_view offered) {
  bool login = false;
  while (!offered.empty()) {
    const std::string line = in_capitals(offered.substr(0, offered.find('\n')));
    offered.remove_prefix(std::min(offered.size(), line.size() + 1));
    if (!line.starts_with("AUTH ") && !line.starts_with("AUTH=")) continue;  // = is of old servers
    const std::string_view mechanisms = std::string_view(line).substr(5);
    if (has_word(mechanisms, "PLAIN")) return SmtpSignIn::plain;
    login = login || has_word(mechanisms, "LOGIN");
  }
  return login ? std::optional(SmtpSignIn::login) : std::nullopt;
}

std::vector<Secret> sign_in_lines(SmtpSignIn mechanism, const std::string& user,
                                  const Secret& password) {
  std::vector<Secret> lines;
  if (mechanism == SmtpSignIn::plain) {
    std::string words;
    words.reserve(user.size() + password.reveal().size() + 2);
    words.append(1, '\0').append(user).append(1, '\0').append(password.reveal());
    lines.push_back(encoded_line("AUTH PLAIN ", std::move(words)));
    return lines;
  }
  lines.emplace_back("AUTH LOGIN\r\n");
  lines.push_back(encoded_line("", user));
  lines.push_back(encoded_line("", password.reveal()));
  return lines;
}

}  // namespace secondlook
