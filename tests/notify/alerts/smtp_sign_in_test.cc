#include "notify/alerts/smtp_sign_in.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

std::vector<std::string> revealed(SmtpSignIn mechanism, const std::string& user,
                                  const std::string& password) {
  std::vector<std::string> lines;
  for (const Secret& line : sign_in_lines(mechanism, user, Secret(password)))
    lines.push_back(line.reveal());
  return lines;
}

TEST_CASE("PLAIN is taken before LOGIN, and nothing that is not offered by its whole name") {
  CHECK(choose_sign_in("mx.example\nSIZE 1000\nAUTH LOGIN PLAIN\n") == SmtpSignIn::plain);
  CHECK(choose_sign_in("mx.example\nauth plain\n") == SmtpSignIn::plain);
  CHECK(choose_sign_in("mx.example\nAUTH LOGIN XOAUTH2\n") == SmtpSignIn::login);
  CHECK(choose_sign_in("mx.example\nAUTH LOGIN\nAUTH=PLAIN LOGIN\n") == SmtpSignIn::plain);
  CHECK_FALSE(choose_sign_in("mx.example\nAUTH XOAUTH2 PLAIN-CLIENTTOKEN\n"));
  CHECK_FALSE(choose_sign_in("AUTHENTICATED PLAIN\nSIZE\n"));
  CHECK_FALSE(choose_sign_in(""));
}

TEST_CASE("PLAIN is one line of both, LOGIN a line each") {
  // printf '\0secondlook\0p4ss' | base64
  CHECK(revealed(SmtpSignIn::plain, "secondlook", "p4ss") ==
        std::vector<std::string>{"AUTH PLAIN AHNlY29uZGxvb2sAcDRzcw==\r\n"});
  CHECK(revealed(SmtpSignIn::login, "secondlook", "p4ss") ==
        std::vector<std::string>{"AUTH LOGIN\r\n", "c2Vjb25kbG9vaw==\r\n", "cDRzcw==\r\n"});
  CHECK(revealed(SmtpSignIn::plain, "u", std::string(300, 'x')).at(0).find('\n') == 11 + 404 + 1);
}

}  // namespace
}  // namespace secondlook
