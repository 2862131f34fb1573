// What SQL of this folder calls beside SQLite's own functions. For schema/store alone.
//   pack_verdict(json), verdict_json(packed, json): packed_verdict.h; the latter gives `json` where
//   nothing is packed,
//     in reports from before schema version 11
//   short_hash(text): below
//   hex_bytes(text): the bytes that hexadecimal digits stand for; the text itself where it is none
//   search_key(secret, kind, value): search_keys.h
//   in_network(address, network): whether it lies in the one network of schema/cidr_networks.h
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;

namespace secondlook {

// Half a SHA-256, as 32 lower-case hexadecimal digits.
std::string short_hash(std::string_view text);
std::string short_hash_bytes(std::string_view text);  // its 16 bytes

Result<void> add_sql_functions(sqlite3* connection);

}  // namespace secondlook
