#include <filesystem>
#include <memory>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "base/file_descriptor.h"
#include "cli/app_certificate.h"
#include "cli/setup_configuration.h"
#include "cli/setup_steps.h"
#include "tests/cli/desk.h"
#include "tests/support/fixed_random.h"

using namespace secondlook;

namespace {

const std::string kTenant = "5b2d9c70-41fe-4a86-b3a7-8d0e6f1c2b94";
const std::string kApp = "0f0c5d3e-6d5b-4a51-9d43-2a0c7a1b9a11";

std::vector<std::string> flags(const std::string& output) {
  return {"setup",
          "--tenant-id",
          kTenant,
          "--domain",
          "Contoso.example",
          "--domain",
          "contoso.onmicrosoft.com",
          "--hostname",
          "journal.contoso.example",
          "--output",
          output};
}

std::vector<std::string> with(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio bio_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}
Certificate certificate_of(const std::string& text) {
  return {PEM_read_bio_X509(bio_of(text).get(), nullptr, nullptr, nullptr), &X509_free};
}
Key key_of(const std::string& text) {
  return {PEM_read_bio_PrivateKey(bio_of(text).get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
}

bool can_sign_ps256(EVP_PKEY* key) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  std::size_t size = 0;
  return EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, key) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1 &&
         EVP_DigestSign(context.get(), nullptr, &size, reinterpret_cast<const unsigned char*>("x"),
                        1) == 1;
}

}  // namespace

TEST_CASE("setup writes a configuration that the service reads, and never twice") {
  Desk desk;
  const std::string output = desk.file("etc");
  const Ran ran = desk.run(flags(output));
  INFO(ran.err);
  REQUIRE(ran.status == 0);

  const auto configuration = load_configuration(output + "/secondlook.toml");
  INFO((configuration ? "" : configuration.error().message));
  REQUIRE(configuration);
  REQUIRE(configuration->tenants.size() == 1);
  const TenantSettings& tenant = configuration->tenants.front();
  CHECK(tenant.name == "contoso");
  CHECK(tenant.tenant_id == kTenant);
  CHECK(tenant.domains == std::vector<std::string>{"contoso.example", "contoso.onmicrosoft.com"});
  CHECK(tenant.report_senders == std::vector<std::string>{"journal-ndr@contoso.example"});
  CHECK(tenant.policy.protected_mailboxes == tenant.report_senders);
  CHECK(tenant.graph.certificate_file == output + "/contoso.crt");
  CHECK(tenant.graph.key_file == output + "/contoso.key");
  CHECK(tenant.graph.client_secret_file.empty());
  CHECK(configuration->smtp.hostname == "journal.contoso.example");
  CHECK(configuration->smtp.require_tls);
  CHECK(configuration->smtp.permitted_networks == std::vector<std::string>{"exchange_online"});
  CHECK_FALSE(configuration->policy.enforce);

  // What is written for one organisation says nothing of the reference's.
  const std::string text = content_of(output + "/secondlook.toml");
  CHECK(text.find("CHANGE-ME") == std::string::npos);
  CHECK(text.find("are an example") == std::string::npos);

  CHECK((mode_of(output + "/secondlook.toml") & 07U) == 0);
  CHECK(mode_of(output + "/contoso.key") == 0600);
  CHECK(mode_of(output + "/contoso.ps1") == 0600);

  const std::string address = tenant.journal_addresses.at(0);
  CHECK(address.size() == std::string("j-@journal.contoso.example").size() + 26);
  CHECK(ran.out.find(address) == std::string::npos);
  CHECK(content_of(output + "/contoso.ps1")
            .find("-JournalEmailAddress " + address + " -Scope Global") != std::string::npos);

  const Ran again = desk.run(flags(output));
  CHECK(again.status == 2);
  CHECK(again.err.find("is there already") != std::string::npos);
  CHECK(content_of(output + "/secondlook.toml") == text);
}

TEST_CASE("what setup wrote is read by setup and doctor, which name what is missing") {
  Desk desk;
  const std::string output = desk.file("etc");
  REQUIRE(desk.run(flags(output)).status == 0);
  const std::string file = output + "/secondlook.toml";
  const Ran steps = desk.run({"--config", file, "setup"});
  CHECK(steps.status == 0);
  CHECK(steps.out.find("New-JournalRule -Name secondlook -JournalEmailAddress j-") !=
        std::string::npos);
  const Ran doctor = desk.run({"--config", file, "doctor"});
  CHECK(doctor.status == 1);
  CHECK(doctor.out.find("TLS certificate: " + output + "/tls.crt is not there") !=
        std::string::npos);
  CHECK(doctor.out.find("app of tenant contoso: client_id is not set") != std::string::npos);
  CHECK(doctor.out.find("good     key of tenant contoso") != std::string::npos);
}

TEST_CASE("the steps stand in one order, with reasons, for people and as JSON") {
  Desk desk;
  const Ran ran = desk.run(
      with(flags(desk.file("etc")), {"--client-id", kApp, "--json", "--gateway", "192.0.2.0/24"}));
  REQUIRE(ran.status == 0);
  std::istringstream lines(ran.out);
  std::vector<std::string> ids;
  for (std::string line; std::getline(lines, line);) {
    const auto step = nlohmann::json::parse(line);
    ids.push_back(step["step"]);
    CHECK(step["tenant"] == "contoso");
    CHECK_FALSE(step["why"].get<std::string>().empty());
  }
  CHECK(ids == std::vector<std::string>{"dns", "tls", "entra_app", "rbac", "start",
                                        "alternate_mailbox", "remote_domain", "connector",
                                        "gateway", "journal_rule", "watch"});
  CHECK(ran.out.find("New-ServicePrincipal -AppId " + kApp) != std::string::npos);
  CHECK(ran.out.find("gateways names 192.0.2.0/24.") != std::string::npos);
}

TEST_CASE("the printed steps are the golden ones") {
  const SetupAnswers answers{"contoso",
                             kTenant,
                             {"contoso.example"},
                             "journal.contoso.example",
                             kApp,
                             "journal-ndr@contoso.example",
                             {}};
  const std::string reference =
      content_of(std::string(SOURCE_TREE) + "/deploy/config/secondlook.toml");
  const auto text = fill_configuration(reference, {answers, "j-secret@journal.contoso.example",
                                                   "/etc/secondlook", "", "2026-11-26"});
  REQUIRE(text);
  const auto configuration = parse_configuration(*text, "/etc/secondlook/secondlook.toml");
  REQUIRE(configuration);
  std::ostringstream out;
  print_steps(out, setup_steps(*configuration, configuration->tenants.front(),
                               {"j-s…@journal.contoso.example", "A1B2", "2028-11-25"}));
  CHECK(out.str() == golden("setup.txt"));
}

TEST_CASE("what is for reading has the commands that setup prints") {
  Configuration configuration;
  configuration.smtp.hostname = "journal.contoso.com";
  TenantSettings tenant;
  tenant.journal_addresses = {"j-secret@journal.contoso.com"};
  tenant.domains = {"contoso.com"};
  tenant.report_senders = {"journal-ndr@contoso.com"};
  for (const auto& [file, address] : {std::pair("exchange_online.md", "THE-JOURNAL-ADDRESS"),
                                      std::pair("exchange_online.ja.md", "ジャーナル アドレス")}) {
    std::string text = content_of(std::string(SOURCE_TREE) + "/deploy/" + file);
    for (std::size_t at; (at = text.find(" `\n      ")) != std::string::npos;)
      text.replace(at, 9, " ");
    for (const SetupStep& step : setup_steps(configuration, tenant, {address, "", ""})) {
      if (step.where != "exchange") continue;
      for (const std::string& command : step.commands) {
        INFO(file << ": " << command);
        CHECK((command.starts_with("$app = ") ||
               text.find("\n    " + command + "\n") != std::string::npos));
      }
    }
  }
}

TEST_CASE("on a terminal setup asks, and asks again after an answer that cannot be meant") {
  Desk desk;
  const std::string output = desk.file("etc");
  desk.type("not a guid\n" + kTenant +
            "\ncontoso.example, contoso.onmicrosoft.com\n"
            "contoso.example.\njournal.contoso.example\n\n\n\ny\n");
  const Ran ran = desk.run({"setup", "--output", output});
  INFO(ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.err.find("--tenant-id: \"not\" is not a GUID") != std::string::npos);
  CHECK(ran.err.find("--hostname: \"contoso.example.\" is not a host name") != std::string::npos);
  CHECK(load_configuration(output + "/secondlook.toml"));
}

TEST_CASE("whoever says no, or nothing, has nothing written") {
  Desk desk;
  const std::string output = desk.file("etc");
  desk.type("n\n");
  const auto words = with(flags(output), {"--client-id", kApp, "--name", "contoso", "--ndr-mailbox",
                                          "ndr@contoso.example"});
  const Ran refused = desk.run(words);
  CHECK(refused.status == 1);
  CHECK(refused.err.find("nothing was written") != std::string::npos);
  desk.type("");
  CHECK(desk.run({"setup", "--output", output}).status == 2);
  CHECK_FALSE(std::filesystem::exists(output));
}

TEST_CASE("answers that cannot be meant, or would not stay between quotes, are refused by flag") {
  Desk desk;
  const std::string output = desk.file("etc");
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"--tenant-id", "5b2d9c70"},
      {"--tenant-id", "5b2d9c70-41fe-4a86-b3a7-8d0e6f1c2b9g"},
      {"--domain", "contoso"},
      {"--domain", "contoso.example\"]\nname = \"x"},
      {"--domain", "-contoso.example"},
      {"--domain", "contoso..example"},
      {"--domain",
       "b\xc3\xbc"
       "cher.example"},
      {"--hostname", "journal.contoso.example -Scope External"},
      {"--hostname", "contoso.example"},
      {"--client-id", "; Remove-Mailbox"},
      {"--ndr-mailbox", "ndr@contoso.example$(x)"},
      {"--ndr-mailbox", "@contoso.example"},
      {"--name", "../contoso"},
      {"--name", ""},
      {"--gateway", "192.0.2.0/33"}};
  for (const auto& [flag, value] : wrong) {
    INFO(flag << " " << value);
    auto words = flags(output);
    for (std::size_t at = 0; at + 1 < words.size();)
      if (words[at] == flag)
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(at),
                    words.begin() + static_cast<std::ptrdiff_t>(at) + 2);
      else
        ++at;
    // The accepted domain stays, so that a host of its name is noticed.
    if (flag != "--domain") words.insert(words.end(), {"--domain", "contoso.example"});
    const Ran ran = desk.run(with(std::move(words), {flag, value}));
    CHECK(ran.status == 2);
    CHECK(ran.err.find(flag) != std::string::npos);
  }
  const Ran missing = desk.run({"setup", "--output", output, "--tenant-id", kTenant});
  CHECK(missing.status == 2);
  CHECK(missing.err.find("--domain is needed") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(output));
}

TEST_CASE("a key that is there already is not written over, and nothing else is left behind") {
  Desk desk;
  const std::string output = desk.file("etc");
  REQUIRE(make_directories(output));
  REQUIRE(replace_file(output + "/contoso.key", "mine"));
  const Ran ran = desk.run(flags(output));
  CHECK(ran.status == 1);
  CHECK(ran.err.find("contoso.key is there already") != std::string::npos);
  CHECK(content_of(output + "/contoso.key") == "mine");
  CHECK_FALSE(std::filesystem::exists(output + "/secondlook.toml"));
  CHECK_FALSE(std::filesystem::exists(output + "/contoso.crt"));
}

TEST_CASE("the app's certificate is good for two years and for PS256") {
  FixedRandom random;
  const Timestamp now = *parse_rfc3339("2026-11-26T12:00:00Z");
  const auto made = make_app_certificate("secondlook contoso", now, random);
  REQUIRE(made);
  const Certificate certificate = certificate_of(made->certificate);
  const Key key = key_of(made->key.reveal());
  REQUIRE(certificate);
  REQUIRE(key);
  CHECK(X509_check_private_key(certificate.get(), key.get()) == 1);
  CHECK(X509_verify(certificate.get(), key.get()) == 1);
  CHECK(EVP_PKEY_base_id(key.get()) == EVP_PKEY_RSA);
  CHECK(EVP_PKEY_bits(key.get()) == 3072);
  CHECK(can_sign_ps256(key.get()));
  CHECK(X509_check_ca(certificate.get()) == 0);
  CHECK(made->thumbprint.size() == 40);
  CHECK(made->expires == "2028-11-25");
  const auto time_at = [&](const char* text) {
    return static_cast<time_t>(
        std::chrono::floor<std::chrono::seconds>(*parse_rfc3339(text)).time_since_epoch().count());
  };
  time_t before = time_at("2026-11-25T11:59:59Z");
  time_t begin = time_at("2026-11-25T12:00:01Z");
  time_t end = time_at("2028-11-25T11:59:59Z");
  time_t after = time_at("2028-11-25T12:00:01Z");
  CHECK(X509_cmp_time(X509_get0_notBefore(certificate.get()), &before) > 0);
  CHECK(X509_cmp_time(X509_get0_notBefore(certificate.get()), &begin) < 0);
  CHECK(X509_cmp_time(X509_get0_notAfter(certificate.get()), &end) > 0);
  CHECK(X509_cmp_time(X509_get0_notAfter(certificate.get()), &after) < 0);
}

TEST_CASE("a journal address is 130 random bits that no case folding changes") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    FixedRandom random(seed);
    const std::string address = make_journal_address("journal.contoso.example", random);
    CHECK(address.substr(0, 2) == "j-");
    CHECK(address.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567", 2) == 28);
    CHECK(address.substr(28) == "@journal.contoso.example");
    seen.insert(address);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("a reference that lacks a name is noticed, not filled in half") {
  const SetupAnswers answers{"contoso",
                             kTenant,
                             {"contoso.example"},
                             "journal.contoso.example",
                             "",
                             "journal-ndr@contoso.example",
                             {}};
  const auto text = fill_configuration(
      "[smtp]\nhostname = \"\"\n",
      {answers, "j-a@journal.contoso.example", "/etc/secondlook", "", "2026-11-26"});
  REQUIRE_FALSE(text);
  CHECK(text.error().message.find("the reference configuration has no line") != std::string::npos);
}
