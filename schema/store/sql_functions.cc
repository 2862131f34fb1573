#include "schema/store/sql_functions.h"

#include <array>
#include <memory>
#include <new>

#include <sqlite3.h>

#include "base/hex.h"
#include "base/sha256.h"
#include "schema/cidr_networks.h"
#include "schema/store/packed_verdict.h"
#include "schema/store/search_keys.h"

namespace secondlook {
namespace {

std::string_view bytes_of(sqlite3_value* value) {
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void give_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void pack(sqlite3_context* context, sqlite3_value** values) {
  const std::string packed = pack_verdict(bytes_of(values[0]));
  if (packed.empty()) throw std::bad_alloc();
  sqlite3_result_blob64(context, packed.data(), packed.size(), SQLITE_TRANSIENT);
}

void unpack(sqlite3_context* context, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return sqlite3_result_value(context, values[1]);
  const auto json = unpack_verdict(bytes_of(values[0]));
  if (json) return give_text(context, *json);
  sqlite3_result_error(context, json.error().message.c_str(), -1);
}

void hash(sqlite3_context* context, sqlite3_value** values) {
  give_text(context, short_hash(bytes_of(values[0])));
}

void from_digits(sqlite3_context* context, sqlite3_value** values) {
  const auto bytes = from_hex(bytes_of(values[0]));
  if (!bytes || bytes->empty()) return sqlite3_result_value(context, values[0]);
  sqlite3_result_blob64(context, bytes->data(), bytes->size(), SQLITE_TRANSIENT);
}

void key(sqlite3_context* context, sqlite3_value** values) {
  give_text(context,
            search_key(bytes_of(values[0]), static_cast<KeyKind>(sqlite3_value_int(values[1])),
                       bytes_of(values[2])));
}

void forget_networks(void* networks) {
  delete static_cast<CidrNetworks*>(networks);
}

// The network is parsed once a statement.
void is_in_network(sqlite3_context* context, sqlite3_value** values) {
  auto* networks = static_cast<CidrNetworks*>(sqlite3_get_auxdata(context, 1));
  if (networks == nullptr) {
    auto parsed = CidrNetworks::parse({std::string(bytes_of(values[1]))});
    if (!parsed) return sqlite3_result_error(context, parsed.error().message.c_str(), -1);
    auto kept = std::make_unique<CidrNetworks>(*std::move(parsed));
    sqlite3_result_int(context, kept->contain(bytes_of(values[0])) ? 1 : 0);
    return sqlite3_set_auxdata(context, 1, kept.release(), &forget_networks);
  }
  sqlite3_result_int(context, networks->contain(bytes_of(values[0])) ? 1 : 0);
}

using Function = void (*)(sqlite3_context*, sqlite3_value**);

// SQLite is C: nothing may be thrown through it.
template <Function function>
void guarded(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  try {
    function(context, values);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace

std::string short_hash_bytes(std::string_view text) {
  constexpr std::size_t kHalf = 16;
  const Sha256 digest = sha256(text);
  return {reinterpret_cast<const char*>(digest.data()), kHalf};
}

std::string short_hash(std::string_view text) {
  return to_hex(std::string_view(short_hash_bytes(text)));
}

Result<void> add_sql_functions(sqlite3* connection) {
  struct Named {
    const char* name;
    int arguments;
    void (*call)(sqlite3_context*, int, sqlite3_value**);
  };
  constexpr std::array kFunctions = {
      Named{"pack_verdict", 1, &guarded<&pack>}, Named{"verdict_json", 2, &guarded<&unpack>},
      Named{"short_hash", 1, &guarded<&hash>},   Named{"hex_bytes", 1, &guarded<&from_digits>},
      Named{"search_key", 3, &guarded<&key>},    Named{"in_network", 2, &guarded<&is_in_network>}};
  constexpr int kPure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  for (const Named& function : kFunctions) {
    const int code =
        sqlite3_create_function_v2(connection, function.name, function.arguments, kPure, nullptr,
                                   function.call, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return internal(sqlite3_errstr(code));
  }
  return {};
}

}  // namespace secondlook
