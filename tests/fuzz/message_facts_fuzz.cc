// The fields that the analyzer reads itself: results of authentication, spam reports, dates, names.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analyzer/domain_name.h"
#include "analyzer/message/mail_date.h"
#include "analyzer/trusted_headers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto facts = secondlook::parse_authentication_results(text);
  const auto level = secondlook::find_in_antispam_report(text, "SCL");
  const auto date = secondlook::parse_mail_date(text);
  const auto look = secondlook::look_of(secondlook::domain_of_address(text));
  const bool close = secondlook::differs_by_one_edit(text, look);
  return facts.dkim.size() > 20 || level.size() > size || (date && close && look.empty()) ? -1 : 0;
}
