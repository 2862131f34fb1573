#include "base/result.h"

namespace secondlook {

Error temporary(std::string message) {
  return {Error::Kind::temporary, std::move(message)};
}
Error malformed(std::string message) {
  return {Error::Kind::malformed, std::move(message)};
}
Error not_found(std::string message) {
  return {Error::Kind::not_found, std::move(message)};
}
Error forbidden(std::string message) {
  return {Error::Kind::forbidden, std::move(message)};
}
Error internal(std::string message) {
  return {Error::Kind::internal, std::move(message)};
}

Error within(std::string_view place, Error error) {
  error.message = std::string(place) + ": " + error.message;
  return error;
}

std::string_view name_of(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::temporary: return "temporary";
    case Error::Kind::malformed: return "malformed";
    case Error::Kind::not_found: return "not_found";
    case Error::Kind::forbidden: return "forbidden";
    case Error::Kind::internal: return "internal";
  }
  return "internal";
}

}  // namespace secondlook
