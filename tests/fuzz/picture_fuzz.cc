#include <cstdint>
#include <cstdlib>

#include "analyzer/documents/qr_code.h"
#include "analyzer/message/charset.h"

// Any bytes as a picture: it has the size that it says, and codes in it are UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const auto said = picture_size(content);
  if (said && said->pixels() > 1'000'000) return 0;  // as slow as it is allowed to be
  if (const auto picture = decode_picture(content)) {
    const GreyPicture& shown = picture->on_white;
    if (shown.grey.size() !=
        static_cast<std::size_t>(shown.width) * static_cast<std::size_t>(shown.height))
      std::abort();
  }
  DocumentFindings findings;
  inspect_picture(content, findings);
  for (const DocumentFact& fact : findings.facts())
    if (!is_valid_utf8(fact.detail)) std::abort();
  return 0;
}
