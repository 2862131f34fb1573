#include "analyzer/rule_engine/usual_strings.h"

#include <array>

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 3> kOfUris = {"http://", "https://", "www."};
// As Relay::text() writes it.
constexpr std::array<std::string_view, 11> kOfRelays = {
    "[ ip=",  " rdns=", " helo=", " by=",  " ident=", " envfrom=",
    " intl=", " id=",   " auth=", " msa=", " ]"};
constexpr std::array<std::string_view, 10> kOfWholeHeader = {
    "received:", "message-id:",   "subject:",      "from:",        "to:",
    "date:",     "content-type:", "mime-version:", "return-path:", "dkim-signature:"};
constexpr std::array<std::string_view, 8> kOfReceived = {"from ", " by ",  " with ", " id ",
                                                         " for ", "esmtp", "smtp ",  "(version="};
constexpr std::array<std::string_view, 4> kOfContentType = {"text/", "multipart/",
                                                            "charset=", "boundary="};

}  // namespace

std::span<const std::string_view> usual_strings(const TextSource& source) {
  if (source.kind == TextKind::uri) return kOfUris;
  if (source.kind != TextKind::header && source.kind != TextKind::mimeheader) return {};
  if (source.field.starts_with("x-spam-relays-")) return kOfRelays;
  if (source.field.starts_with("ALL")) return kOfWholeHeader;
  if (source.field == "received") return kOfReceived;
  if (source.field == "content-type") return kOfContentType;
  return {};
}

}  // namespace secondlook
