// A file that was put into a document: the stream "\1Ole10Native" of a Package object.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace secondlook {

struct OlePackage {
  std::string name;          // the label, or the path that it had; UTF-8
  std::string_view content;  // within what was read; cut where the stream is
};

// `native`: what follows the stream's length field, as in RTF's objects too. Nothing when it is no
// Package: other programs keep other bytes there.
std::optional<OlePackage> read_ole_package(std::string_view native);

}  // namespace secondlook
