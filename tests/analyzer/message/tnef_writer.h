// Makes winmail.dat files for tests, field by field as MS-OXTNEF lays them out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

// One property: its value as bytes. Types are those of mapi_properties.h.
struct MapiValue {
  std::uint16_t type = 0, id = 0;
  std::string bytes;
};
std::string mapi_list(const std::vector<MapiValue>& values);

class TnefWriter {
 public:
  TnefWriter();
  // level: 1 the message, 2 an attachment; attribute: as in MS-OXTNEF 2.1.2.
  TnefWriter& add(std::uint8_t level, std::uint32_t attribute, std::string_view data);
  TnefWriter& message_properties(const std::vector<MapiValue>& values);
  TnefWriter& attach(const std::string& title, std::string_view data,
                     const std::vector<MapiValue>& values = {});
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// LZFu with literals alone, and the right checksum.
std::string compressed_rtf(std::string_view rtf);

std::string utf_16le(std::u16string_view text);

}  // namespace secondlook
