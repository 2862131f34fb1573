// The texts that our rules see of mails, in the form of spamassassin_texts.pl: our_texts < list of
// files.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "analyzer/rule_engine/searched_text.h"
#include "base/file_descriptor.h"

namespace secondlook {
namespace {

constexpr std::size_t kLargestMail = 64 << 20;

std::string escaped(std::string_view piece) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : piece) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\') {
      text += c;
    } else {
      text += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0xfU]};
    }
  }
  return text;
}

void print_text(const std::string& file, const TextSource& source, const std::string& label,
                const ScanContext& context) {
  SearchedText text;
  make_text(source, context, text);
  if (!text.present) return;
  std::vector<std::string> pieces;
  for (const TextPiece& piece : text.pieces) {
    pieces.push_back(escaped(text.bytes.substr(piece.begin, piece.end - piece.begin)));
  }
  if (source.kind == TextKind::uri) std::sort(pieces.begin(), pieces.end());
  for (const std::string& piece : pieces) {
    std::printf("%s\t%s\t%s\n", file.c_str(), label.c_str(), piece.c_str());
  }
}

void print_texts(const std::string& file, const std::string& bytes) {
  const ParsedMessage message = parse_message(bytes);
  const std::vector<Recipient> nobody;
  const ScanContext context{message, {}, "", nobody};
  print_text(file, text_source(TextKind::body, ""), "body", context);
  print_text(file, text_source(TextKind::rawbody, ""), "rawbody", context);
  print_text(file, text_source(TextKind::uri, ""), "uri", context);
  for (const char* field : {"ALL",          "ALL:raw",      "Subject",
                            "From",         "From:addr",    "From:name",
                            "To",           "To:addr",      "To:name",
                            "ToCc",         "Cc:addr",      "Reply-To:addr",
                            "MESSAGEID",    "EnvelopeFrom", "EnvelopeFrom:addr",
                            "Received",     "Received:raw", "Message-ID",
                            "Content-Type", "List-Id"}) {
    print_text(file, text_source(TextKind::header, field), field, context);
  }
}

}  // namespace
}  // namespace secondlook

int main() {
  for (std::string file; std::getline(std::cin, file);) {
    const auto bytes = secondlook::read_file(file, secondlook::kLargestMail);
    if (!bytes) return 1;
    secondlook::print_texts(file, *bytes);
  }
}
