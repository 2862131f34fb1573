// Runs every call that our client can make through the referee. Ends with 1 when an answer was not
// what it should be or the referee complained.
#include <cstdio>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "tests/end_to_end/graph_contract/scene.h"

using namespace secondlook;
using namespace secondlook::graph_contract;

namespace {

struct Part {
  const char* name;
  void (*run)(Scene&);
};

constexpr Part kParts[] = {{"every credential", &sign_in_with_everything},
                           {"hostile Message-IDs", &find_hostile_message_ids},
                           {"a copy's life", &go_through_a_copys_life},
                           {"a probe", &probe_a_mailbox},
                           {"refusals", &meet_refusals},
                           {"control: wrong on purpose", &wake_the_referee}};

unsigned complaints(Scene& scene) {
  const auto violations = scene.transport.take_violations();
  for (const std::string& violation : violations)
    std::fprintf(stderr, "VIOLATION: %.1500s\n", violation.c_str());
  return static_cast<unsigned>(violations.size());
}

}  // namespace

int main(int argc, char** argv) {
  Addresses where;
  CLI::App app("Every call of the Graph client, through Microsoft's description.");
  app.add_option("--graph", where.graph, "URL of the referee before Graph")->required();
  app.add_option("--login", where.login, "URL of the referee before the login server")->required();
  app.add_option("--control", where.control, "URL of the stand-in tenant")->required();
  app.add_option("--files", where.files, "directory of the credentials' files")->required();
  app.add_option("--tenant-id", where.tenant_id)->required();
  app.add_option("--client-id", where.client_id)->required();
  app.add_option("--identity-header", where.identity_header)->required();
  CLI11_PARSE(app, argc, argv);
  set_up_log("graph_contract", LogFormat::text, LogLevel::error);
  Scene scene(where);
  unsigned violations = 0;
  for (const Part& part : kParts) {
    part.run(scene);
    violations += complaints(scene);
    std::printf("%-26s %4u checks, %u failed; %u requests, %u violations\n", part.name,
                scene.checked, scene.failed, scene.transport.requests(), violations);
  }
  return scene.failed == 0 && violations == 0 ? 0 : 1;
}
