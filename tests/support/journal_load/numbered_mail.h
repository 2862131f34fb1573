// Distinct mails for load tests: the number stands in Subject, Message-ID and body, so that a lost
// or doubled one can be named.
#pragma once

#include <cstddef>
#include <string>

namespace secondlook {

struct NumberedMail {
  unsigned number = 0;
  std::string run;        // told apart from earlier runs: part of the Message-ID
  std::string recipient;  // "alice@contoso.example"
  bool is_malicious = false;
  std::size_t body_bytes = 2'000;  // about so long
};

// "<RUN.NUMBER@load.example>".
std::string numbered_message_id(const NumberedMail& mail);

// An ordinary text mail; or, when malicious, one from a look-alike of the recipient's domain whose
// link shows that domain and leads elsewhere, asking for a password. `template_mail`, when not
// empty, is used instead for malicious ones, with its Message-ID replaced.
std::string make_numbered_mail(const NumberedMail& mail, const std::string& template_mail = "");

// The envelope sender that goes with it.
std::string numbered_mail_sender(const NumberedMail& mail);

}  // namespace secondlook
