// Errors as values: what every function that can fail on bad input returns. See docs/adr/0003.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace mco {

enum class Errc {
    malformed,    ///< the bytes or the text are not of the expected form
    invalid,      ///< well-formed, but not acceptable here
    not_found,    ///< the named thing does not exist
    denied,       ///< somebody may not do this
    limit,        ///< a bound of ours was exceeded
    unavailable,  ///< the other side is away or busy
    timed_out,    ///< a deadline passed
    io,           ///< the operating system said no
};

/// What went wrong, as a sentence for a human. Never carries a secret.
struct Error {
    Errc code = Errc::invalid;
    std::string message;

    bool operator==(const Error&) const = default;
};

/// A value or an Error; must not be dropped.
template <class T>
class [[nodiscard]] Expected : public tl::expected<T, Error> {
  public:
    using tl::expected<T, Error>::expected;
};

/// `return fail(Errc::malformed, "…");`
inline tl::unexpected<Error> fail(Errc code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace mco

#define MCO_CONCAT_(a, b) a##b
#define MCO_CONCAT(a, b) MCO_CONCAT_(a, b)

/// `MCO_TRY(name, expr);` declares `name` with the value of expr, or returns its error. Never
/// inside a coroutine.
#define MCO_TRY(name, expr)                                                          \
    auto MCO_CONCAT(mco_result_, __LINE__) = (expr);                                 \
    if (!MCO_CONCAT(mco_result_, __LINE__))                                          \
        return tl::unexpected(std::move(MCO_CONCAT(mco_result_, __LINE__)).error()); \
    auto name = *std::move(MCO_CONCAT(mco_result_, __LINE__))

/// `MCO_CHECK(expr);` returns the error of an Expected<void>, or goes on. Never inside a coroutine.
#define MCO_CHECK(expr)                                            \
    do {                                                           \
        if (auto mco_checked = (expr); !mco_checked)               \
            return tl::unexpected(std::move(mco_checked).error()); \
    } while (false)
