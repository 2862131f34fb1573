// wrap_reports MAILS DIRECTORY: makes a journal report, as Exchange Online would, of each mail
// beneath MAILS and puts it into DIRECTORY (made) as NUMBER.eml. The mail is the original, stamped;
// its recipient is alice@contoso.example. Prints how many.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/random.h"
#include "tests/bench/load_source.h"
#include "tests/support/stand_in_tenant/exchange_delivery.h"

using namespace secondlook;

int main(int count, char** arguments) {
  if (count != 3) return 2;
  auto mails = ReportFiles::open(arguments[1]);
  const std::filesystem::path directory = arguments[2];
  std::filesystem::create_directories(directory);
  if (!mails) {
    std::fprintf(stderr, "wrap_reports: %s\n", mails.error().message.c_str());
    return 2;
  }
  const SystemClock clock;
  SystemRandom random;
  std::size_t made = 0, refused = 0;
  while (const auto mail = mails->next()) {
    stand_in::ExchangeDelivery delivery;
    delivery.envelope_from = "sender@fabrikam.example";
    delivery.recipients = {"alice@contoso.example"};
    const auto result =
        stand_in::deliver_as_exchange(mail->head, std::move(delivery), nullptr, clock, random);
    if (!result) {
      ++refused;
      continue;
    }
    std::ofstream file(directory / (std::to_string(++made) + ".eml"), std::ios::binary);
    if (!(file << result->report)) return 1;
  }
  std::printf("%zu reports, %zu mails of which none could be made\n", made, refused);
  return 0;
}
