// What a message is looked up by, beside its words: senders, recipients, rules, hosts … Each stands
// in the full-text index (search_index.h) as a key of 13 letters and digits, made of what it is,
// its value and a secret of the database, so that nobody outside can make two values whose keys are
// one. For schema/store alone.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "schema/verdict.h"

namespace secondlook {

// The numbers stand in databases, inside the keys: never reused.
enum class KeyKind : int {
  rule = 1,       // name of a rule that hit
  attribute = 2,  // of the verdict, or kUserReported
  host = 3,       // of a link, and each parent domain of it
  sha256 = 4,     // of an attachment
  recipient_domain = 5,
  recipient = 6,
  sender = 7,
  sender_domain = 8,
  reply_to = 9,
  reply_to_domain = 10,
  envelope_sender = 11,
  envelope_domain = 12,
  ip = 13,
  ip_beginning = 14,   // of an IPv4 address: "203." … of two and of three octets
  message_id = 15,     // without angle brackets
  url_beginning = 16,  // url_beginnings()
  disposition = 17,
  direction = 18,
  tenant = 19,
  detection = 20  // of no value: neither clean nor a plain mail
};

// What users said of a mail is no part of its verdict, and outlives the next one.
inline constexpr std::string_view kUserReported = "user_reported";

// `secret`: as it stands in search_state.
std::string search_key(std::string_view secret, KeyKind kind, std::string_view value);

// SQL that gives what MATCH finds the messages with such a key by; its question mark is the value.
std::string key_expression(KeyKind kind);

// A message as the index has to know it.
struct KeyedMessage {
  std::string_view secret, tenant;
  const Verdict& verdict;
  const std::vector<Recipient>& recipients;
  bool is_user_reported = false;
};
std::set<std::string> keys_of(const KeyedMessage& message);

// "203.0.113.7" as "203.0." and "203.0.113."; nothing for what is no IPv4 address.
std::vector<std::string> ip_beginnings(std::string_view address);

// Of a link "host/" and the first 4, 8, 16, 32 and 64 bytes behind it, in lower case, as far as it
// has so many: what is asked for by the beginning of a long path is found without looking at every
// link to its host. Of links that stand inside it too, four in all; its own come first, the longest
// last.
std::vector<std::string> url_beginnings(std::string_view url);

std::string without_brackets(std::string_view message_id);

// Behind the first '@', in lower case; all of it where there is none.
std::string domain_of_address(std::string_view address);

}  // namespace secondlook
