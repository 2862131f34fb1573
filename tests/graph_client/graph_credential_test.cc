#include "graph_client/graph_credential.h"

#include <catch2/catch.hpp>

namespace secondlook {

TEST_CASE("plain http reaches the machine's own platform and loopback, nothing else") {
  for (const char* const url :
       {"http://169.254.169.254/metadata/identity/oauth2/token", "http://127.0.0.1:41/msi/token",
        "http://localhost:42356/msi/token", "https://identity.example/token"}) {
    CAPTURE(url);
    CHECK(is_acceptable_identity_endpoint(url, false));
    CHECK(is_acceptable_identity_endpoint(url, true));
  }
  // App Service on Linux.
  CHECK(is_acceptable_identity_endpoint("http://169.254.129.3:8081/msi/token", true));
  CHECK_FALSE(is_acceptable_identity_endpoint("http://169.254.129.3:8081/msi/token", false));
  for (const char* const url :
       {"", "http://", "http://10.0.0.4/token", "http://169.254.169.254.evil.example/",
        "http://169.254.169.254@evil.example/", "http://evil.example/169.254.169.254",
        "http://evil.example\\@169.254.169.254/", "ftp://127.0.0.1/", "169.254.169.254/token",
        "https://user@identity.example/"}) {
    CAPTURE(url);
    CHECK_FALSE(is_acceptable_identity_endpoint(url, true));
  }
}

}  // namespace secondlook
