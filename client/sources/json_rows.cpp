#include "client/sources/json_rows.hpp"

#include "core/serializer/json.hpp"

namespace mco::client {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

tl::unexpected<Error> no_rows() {
    return fail(Errc::malformed, "this is no array of JSON objects");
}

}  // namespace

Expected<void> JsonRows::feed(std::string_view bytes) {
    for (const char c : bytes)
        MCO_CHECK(state_ == State::row ? take_in_row(c) : take(c));
    return {};
}

Expected<void> JsonRows::finish() const {
    return state_ == State::after ? Expected<void>()
                                  : fail(Errc::malformed, "the array of JSON objects has no end");
}

/// Between the elements.
Expected<void> JsonRows::take(char c) {
    if (is_blank(c))
        return {};
    if (state_ == State::before && c == '[')
        state_ = State::first;
    else if ((state_ == State::first || state_ == State::between) && c == ']')
        state_ = State::after;
    else if (state_ == State::between && c == ',')
        state_ = State::next;
    else if ((state_ == State::first || state_ == State::next) && c == '{') {
        state_ = State::row;
        return take_in_row(c);
    } else
        return no_rows();
    return {};
}

Expected<void> JsonRows::take_in_row(char c) {
    if (row_.size() == longest_row)
        return fail(Errc::limit, "one of the JSON objects is too long");
    row_ += c;
    follow(c);
    if (depth_ > 0)
        return {};
    if (++rows_ > most_rows)
        return fail(Errc::limit, "there are too many JSON objects");
    MCO_TRY(row, serializer::decode_json(row_));
    row_.clear();
    state_ = State::between;
    return use_(row);
}

/// Counts brackets outside of text; whether they fit each other, the decoder says.
void JsonRows::follow(char c) {
    if (escaped_)
        escaped_ = false;
    else if (in_text_ && c == '\\')
        escaped_ = true;
    else if (c == '"')
        in_text_ = !in_text_;
    else if (!in_text_ && (c == '{' || c == '['))
        ++depth_;
    else if (!in_text_ && (c == '}' || c == ']'))
        --depth_;
}

}  // namespace mco::client
