// What headers and tokens make us read: challenges, waits, base64.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "graph_client/base64.h"
#include "graph_client/claims_challenge.h"
#include "graph_client/graph_credential.h"
#include "graph_client/graph_error.h"
#include "graph_client/retry_after.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string text(reinterpret_cast<const char*>(data), size);
  HttpResponse answer;
  answer.status = 401;
  answer.headers["www-authenticate"] = text;
  answer.headers["retry-after"] = text;
  const GraphError error = read_graph_error(answer, "id", Timestamp{});
  (void)claims_to_request(error.claims);
  (void)claims_to_request(text);
  (void)is_acceptable_identity_endpoint(text, true);
  (void)is_acceptable_root(text);
  if (decode_base64_of_either_kind(base64url(text)) != text) std::abort();
  return 0;
}
