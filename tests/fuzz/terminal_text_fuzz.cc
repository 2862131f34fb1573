// Whatever a mail says: no control byte comes out, JSON stays JSON, widths are kept, and what was
// made safe once stays as it is.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/terminal_text.h"
#include "schema/process_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string line = terminal_text(text);
  for (const std::string& safe : {line, csv_field(text), json_string(text)})
    for (const char c : safe)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
  if (terminal_text(line) != line || !nlohmann::json::accept(json_string(text))) std::abort();
  const std::size_t width = size % 40;
  if (display_width(fit_to_width(line, width)) > width) std::abort();
  [[maybe_unused]] const auto table = parse_process_table(text);
  return 0;
}
