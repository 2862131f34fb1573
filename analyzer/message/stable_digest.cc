#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include <openssl/evp.h>

#include "analyzer/message/parsed_message.h"
#include "base/hex.h"

namespace secondlook {
namespace {

struct DigestCloser {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  // Every value with its length in front, so that no two lists of values hash alike.
  void add(std::string_view value) {
    const std::string length = std::to_string(value.size()) + ":";
    EVP_DigestUpdate(context_.get(), length.data(), length.size());
    EVP_DigestUpdate(context_.get(), value.data(), value.size());
  }
  std::string hex() {
    std::array<std::uint8_t, 32> digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    return to_hex(std::span<const std::uint8_t>(digest));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, DigestCloser> context_;
};

}  // namespace

std::string stable_digest(const ParsedMessage& message) {
  Sha256 digest;
  for (const std::string_view name : {"Message-ID", "Date", "From", "To", "Cc", "Subject"}) {
    digest.add(message.header(name));
  }
  for (const MessagePart& part : message.parts) {
    if (part.is_multipart || part.is_message) continue;
    if (part.source == PartSource::tnef) continue;  // its winmail.dat was hashed
    // The media type is left out: Exchange stamps a missing charset on the way. Text is hashed
    // as text, since relays change line ends and encodings.
    digest.add(part.text.empty() ? part.content : part.text);
  }
  return digest.hex();
}

}  // namespace secondlook
