#include "core/ddl/methods.hpp"
#include "core/filter/pattern.hpp"
#include "core/ruby/format.hpp"

#include <algorithm>

namespace mco::ddl {

namespace {

constexpr std::size_t longest_text = 256U << 10U;  // that an operator may make, in bytes
constexpr std::size_t longest_list = 10'000;

tl::unexpected<Error> no_operation(std::string_view sign) {
    return fail(Errc::malformed, "'" + std::string(sign) + "' is not for such values");
}

tl::unexpected<Error> too_large() {
    return fail(Errc::malformed, "a number becomes too large");
}

bool is_number(const Value& value) {
    return value.integer() != nullptr || value.real() != nullptr;
}

double as_real(const Value& number) {
    return number.real() != nullptr ? *number.real() : static_cast<double>(*number.integer());
}

Expected<Value> power(std::int64_t base, std::int64_t exponent) {
    std::int64_t result = 1;
    if (exponent < 0 || exponent > 63)
        return too_large();
    for (; exponent > 0; --exponent) {
        if (__builtin_mul_overflow(result, base, &result))
            return too_large();
    }
    return Value(result);
}

/// Rounds down, as Ruby does; the remainder has the sign of the divisor.
Expected<Value> divide(std::int64_t left, std::int64_t right, bool remainder) {
    if (right == 0)
        return fail(Errc::malformed, "division by zero");
    if (right == -1)
        return remainder ? Value(std::int64_t{0})
                         : operate(Value(std::int64_t{0}), "-", Value(left));
    const auto rest = left % right;
    const bool below = rest != 0 && (rest < 0) != (right < 0);
    return remainder ? Value(below ? rest + right : rest) : Value(left / right - (below ? 1 : 0));
}

Expected<Value> whole(std::int64_t left, std::string_view sign, std::int64_t right) {
    std::int64_t result = 0;
    bool overflows = false;
    if (sign == "+")
        overflows = __builtin_add_overflow(left, right, &result);
    else if (sign == "-")
        overflows = __builtin_sub_overflow(left, right, &result);
    else if (sign == "*")
        overflows = __builtin_mul_overflow(left, right, &result);
    else if (sign == "/" || sign == "%")
        return divide(left, right, sign == "%");
    else
        return sign == "**" ? power(left, right) : Expected<Value>(no_operation(sign));
    return overflows ? Expected<Value>(too_large()) : Expected<Value>(Value(result));
}

Expected<Value> real(double left, std::string_view sign, double right) {
    if (sign == "+")
        return Value(left + right);
    if (sign == "-")
        return Value(left - right);
    if (sign == "*")
        return Value(left * right);
    if (sign == "/")
        return Value(left / right);
    return no_operation(sign);
}

Expected<Value> text_operation(const std::string& left, std::string_view sign, const Value& right) {
    if (sign == "%") {
        MCO_TRY(filled,
                ruby::format(left, right.array() != nullptr ? *right.array() : Array{right}));
        return Value(std::move(filled));
    }
    if (sign == "+" && right.string() != nullptr)
        return Value(left + *right.string());
    const auto* times = right.integer();
    if (sign != "*" || times == nullptr || *times < 0)
        return sign == "+"
                   ? Expected<Value>(fail(Errc::malformed, "only strings can be added to one"))
                   : Expected<Value>(no_operation(sign));
    if (!left.empty() && static_cast<std::uint64_t>(*times) > longest_text / left.size())
        return fail(Errc::malformed, "a text becomes too long");
    std::string text;
    for (auto left_over = left.empty() ? 0 : *times; left_over > 0; --left_over)
        text += left;
    return Value(std::move(text));
}

Expected<Value> list_operation(const Array& left, std::string_view sign, const Value& right) {
    if (right.array() == nullptr || (sign != "+" && sign != "-"))
        return no_operation(sign);
    if (left.size() + right.array()->size() > longest_list)
        return fail(Errc::malformed, "a list becomes too long");
    Array list;
    for (const auto& item : left) {
        const auto& others = *right.array();
        if (sign == "+" || std::find(others.begin(), others.end(), item) == others.end())
            list.push_back(item);
    }
    if (sign == "+")
        list.insert(list.end(), right.array()->begin(), right.array()->end());
    return Value(std::move(list));
}

Expected<Value> compared(const Value& left, std::string_view sign, const Value& right) {
    int order = 0;
    if (is_number(left) && is_number(right))
        order = as_real(left) < as_real(right) ? -1 : as_real(left) > as_real(right) ? 1 : 0;
    else if (left.string() != nullptr && right.string() != nullptr)
        order = left.string()->compare(*right.string());
    else
        return no_operation(sign);
    const bool holds = sign.front() == '<' ? order < 0 : order > 0;
    return Value(holds || (sign.size() == 2 && order == 0));
}

}  // namespace

Expected<Value> operate(const Value& left, std::string_view sign, const Value& right) {
    if (sign == "==" || sign == "!=")
        return Value((left == right) == (sign == "=="));
    if (sign == "=~") {
        if (left.string() == nullptr || right.regexp() == nullptr)
            return no_operation(sign);
        MCO_TRY(pattern, filter::Pattern::compile(*right.regexp()));
        MCO_TRY(matches, pattern.search(*left.string()));
        return Value(matches);
    }
    if (sign.front() == '<' || sign.front() == '>')
        return compared(left, sign, right);
    if (left.integer() != nullptr && right.integer() != nullptr)
        return whole(*left.integer(), sign, *right.integer());
    if (is_number(left) && is_number(right))
        return real(as_real(left), sign, as_real(right));
    if (left.string() != nullptr)
        return text_operation(*left.string(), sign, right);
    return left.array() != nullptr ? list_operation(*left.array(), sign, right)
                                   : Expected<Value>(no_operation(sign));
}

}  // namespace mco::ddl
