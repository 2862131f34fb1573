#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "graph_client/graph_answer.h"
#include "graph_client/graph_error.h"
#include "graph_client/retry_after.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)read_message_page(text);
  (void)read_message(text);
  (void)read_users(text);
  (void)read_folder(text);
  (void)read_token(text, Timestamp{});
  (void)read_login_error(text);
  (void)parse_retry_after(text, Timestamp{});
  HttpResponse answer;
  answer.status = 404;
  answer.body = text;
  (void)read_graph_error(answer, "id", Timestamp{});
  return 0;
}
