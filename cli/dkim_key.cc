#include <algorithm>
#include <map>
#include <memory>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "cli/doctor_domains.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestKey = 8192;

// "k=rsa; p=MIIB..." -> tags, blanks taken out (RFC 6376 3.2 folds values).
std::map<std::string, std::string> read_tags(const std::string& record) {
  std::map<std::string, std::string> tags;
  for (std::size_t at = 0; at < record.size();) {
    const std::size_t end = std::min(record.find(';', at), record.size());
    std::string tag;
    for (const char letter : record.substr(at, end - at))
      if (letter != ' ' && letter != '\t' && letter != '\r' && letter != '\n') tag += letter;
    if (const auto equals = tag.find('='); equals != tag.npos)
      tags.emplace(lower_ascii(tag.substr(0, equals)), tag.substr(equals + 1));
    at = end + 1;
  }
  return tags;
}

// Bits of a SubjectPublicKeyInfo in base64; 0: none.
int bits_of_rsa_key(const std::string& base64) {
  if (base64.size() > kLongestKey || base64.size() % 4 != 0) return 0;
  std::string bytes(base64.size(), '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(base64.data()),
                                     static_cast<int>(base64.size()));
  if (length <= 0) return 0;
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(d2i_PUBKEY(nullptr, &at, length),
                                                                &EVP_PKEY_free);
  return key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA ? EVP_PKEY_get_bits(key.get()) : 0;
}

}  // namespace

DkimKey read_dkim_key(const std::string& record) {
  const auto tags = read_tags(record);
  const auto version = tags.find("v");
  const auto key = tags.find("p");
  if ((version != tags.end() && version->second != "DKIM1") || key == tags.end()) return {};
  if (key->second.empty()) return {DkimKey::Kind::revoked, 0};
  const auto type = tags.find("k");
  if (type != tags.end() && type->second == "ed25519") return {DkimKey::Kind::ed25519, 256};
  const int bits = bits_of_rsa_key(key->second);
  return bits == 0 ? DkimKey{} : DkimKey{DkimKey::Kind::rsa, bits};
}

}  // namespace secondlook
