// A value or the reason there is none. Result<T> is spelled like std::expected (C++23), so that it
// can become an alias of it; Error carries a kind, which decides SMTP 4xx or 5xx, retry or set
// aside, and a message for the log, which reads outside-in ("journal log: segment 3: ...").
// An Error's message is for our log and our operators, never for the peer of an SMTP session.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace secondlook {

struct Error {
  enum class Kind {
    temporary,  // may succeed later: full disk, peer away, throttled
    malformed,  // the input is at fault and will stay so
    not_found,  // what was named does not exist
    forbidden,  // exists, and we may not
    internal    // our own fault, or one we cannot attribute
  };
  Kind kind = Kind::internal;
  std::string message;
};

Error temporary(std::string message);
Error malformed(std::string message);
Error not_found(std::string message);
Error forbidden(std::string message);
Error internal(std::string message);

// The same error with the place put in front: within("spool", e) reads "spool: disk full".
Error within(std::string_view place, Error error);

std::string_view name_of(Error::Kind kind);

template <typename Value>
class [[nodiscard]] Result {
 public:
  using value_type = Value;

  Result(Value value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Undefined without a value, as in std::expected; checked in debug builds of the library.
  Value& value() & { return std::get<0>(state_); }
  const Value& value() const& { return std::get<0>(state_); }
  Value&& value() && { return std::get<0>(std::move(state_)); }
  Value& operator*() & { return value(); }
  const Value& operator*() const& { return value(); }
  Value&& operator*() && { return std::move(*this).value(); }
  Value* operator->() { return &value(); }
  const Value* operator->() const { return &value(); }
  Value value_or(Value other) const& { return has_value() ? value() : std::move(other); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  template <typename Next>
  auto and_then(Next&& next) && -> std::invoke_result_t<Next, Value&&> {
    if (!has_value()) return std::move(*this).error();
    return std::invoke(std::forward<Next>(next), std::move(*this).value());
  }
  template <typename Change>
  auto transform(Change&& change) && -> Result<std::invoke_result_t<Change, Value&&>> {
    if (!has_value()) return std::move(*this).error();
    return std::invoke(std::forward<Change>(change), std::move(*this).value());
  }
  template <typename Change>
  Result transform_error(Change&& change) && {
    if (has_value()) return std::move(*this);
    return std::invoke(std::forward<Change>(change), std::move(*this).error());
  }

 private:
  std::variant<Value, Error> state_;
};

// Success without a value, or the reason of the failure.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  const Error& error() const& { return error_; }
  Error&& error() && { return std::move(error_); }

  template <typename Next>
  auto and_then(Next&& next) && -> std::invoke_result_t<Next> {
    if (failed_) return std::move(error_);
    return std::invoke(std::forward<Next>(next));
  }
  template <typename Change>
  Result transform_error(Change&& change) && {
    if (!failed_) return {};
    return std::invoke(std::forward<Change>(change), std::move(error_));
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace secondlook
