// When a mail says it was sent and received. Seconds since 1970, UTC.
#pragma once

#include <optional>
#include <string_view>

namespace secondlook {

class MailFacts;

// Nothing where it is no date (RFC 5322, 3.3, and what mailers make of it).
std::optional<double> seconds_of(std::string_view date);

// Of what stands behind the last semicolon of a Received line.
std::optional<double> received_at(std::string_view line);

// How many seconds the Date is ahead of the Received line that it is nearest to; 0 without either.
double date_difference(const MailFacts& facts);

}  // namespace secondlook
