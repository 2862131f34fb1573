#include "analyzer/packed_mail.h"

#include <algorithm>
#include <vector>

#include <openssl/evp.h>
#include <zstd.h>

namespace secondlook {
namespace {

constexpr int kLevel = 6;

std::string to_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0 || text.size() % 4 != 0) return malformed("packed mail: no base64");
  const auto padding = static_cast<std::size_t>(
      std::count(text.end() - std::min<std::ptrdiff_t>(2, std::ssize(text)), text.end(), '='));
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

}  // namespace

std::string pack_mail(std::string_view mail) {
  std::string packed(ZSTD_compressBound(mail.size()), '\0');
  const std::size_t length =
      ZSTD_compress(packed.data(), packed.size(), mail.data(), mail.size(), kLevel);
  if (ZSTD_isError(length) != 0) return {};
  packed.resize(length);
  return to_base64(packed);
}

Result<std::string> unpack_mail(std::string_view packed, std::size_t most_bytes) {
  const auto bytes = from_base64(packed);
  if (!bytes) return bytes;
  std::string mail(most_bytes, '\0');
  const std::size_t length =
      ZSTD_decompress(mail.data(), mail.size(), bytes->data(), bytes->size());
  if (ZSTD_isError(length) != 0)
    return malformed(std::string("packed mail: ") + ZSTD_getErrorName(length));
  mail.resize(length);
  return mail;
}

}  // namespace secondlook
