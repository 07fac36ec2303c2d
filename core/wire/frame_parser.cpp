#include "core/wire/frame_parser.hpp"

#include <algorithm>
#include <charconv>

namespace mco::wire {

namespace {

char unescaped(char letter) {
    switch (letter) {
        case '\\':
            return '\\';
        case 'n':
            return '\n';
        case 'c':
            return ':';
        case 'r':  // an escape only since 1.2, but Ruby's client writes it in 1.1 too
            return '\r';
        default:
            return '\0';
    }
}

/// Every command of every version is made of these; it keeps what cannot be a command out of log
/// lines.
bool is_upper(char letter) {
    return letter >= 'A' && letter <= 'Z';
}

bool escapes_are_defined(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\\' && (++i == text.size() || unescaped(text[i]) == '\0'))
            return false;
    return true;
}

/// Undefined escapes stay as they are: only frames that came before the version was known can still
/// have one.
void unescape(std::string& text) {
    std::size_t out = text.find('\\');
    if (out == std::string::npos)
        return;
    for (std::size_t in = out; in < text.size(); ++in, ++out) {
        const char plain =
            text[in] == '\\' && in + 1 < text.size() ? unescaped(text[in + 1]) : '\0';
        if (plain != '\0')
            ++in;
        text[out] = plain != '\0' ? plain : text[in];
    }
    text.resize(out);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

void decode_headers(Frame& frame, Version version) {
    const bool escaped = escapes_headers(frame.command, version);
    const bool trims = version == Version::v1_0 && frame.command != "CONNECT";
    for (auto& [key, value] : frame.headers) {
        if (escaped) {
            unescape(key);
            unescape(value);
        } else if (trims) {
            value = std::string(trimmed(value));
        }
    }
}

}  // namespace

FrameParser::FrameParser(Limits limits, Version version) : limits_(limits), version_(version) {}

Expected<void> FrameParser::feed(std::string_view bytes) {
    if (broken_)
        return tl::unexpected(*broken_);
    while (!bytes.empty()) {
        if (auto done = step(bytes); !done) {
            broken_ = done.error();
            return done;
        }
    }
    return {};
}

std::optional<Frame> FrameParser::next() {
    if (taken_ == finished_.size())
        return std::nullopt;
    Frame frame = std::move(finished_[taken_++]);
    if (taken_ == finished_.size()) {
        taken_ = 0;
        finished_.clear();
    }
    decode_headers(frame, version_);
    return frame;
}

Expected<void> FrameParser::step(std::string_view& bytes) {
    switch (state_) {
        case State::between:
            return skip_line_ends(bytes);
        case State::command:
        case State::headers:
            return take_line(bytes);
        case State::counted_body:
            return take_counted_body(bytes);
        case State::open_body:
            return take_open_body(bytes);
        case State::end_of_body:
            break;
    }
    return take_end_of_body(bytes);
}

Expected<void> FrameParser::skip_line_ends(std::string_view& bytes) {
    while (!bytes.empty() && (bytes.front() == '\n' || bytes.front() == '\r')) {
        heart_beats_ += bytes.front() == '\n' ? 1u : 0u;
        bytes.remove_prefix(1);
    }
    if (!bytes.empty())
        state_ = State::command;
    return {};
}

Expected<void> FrameParser::take_line(std::string_view& bytes) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    header_bytes_ += part.size() + 1;
    if (header_bytes_ > limits_.header_bytes)
        return fail(Errc::limit,
                    "a STOMP frame has more than " + std::to_string(limits_.header_bytes) +
                        " bytes of headers");
    if (part.find('\0') != std::string_view::npos)
        return fail(Errc::malformed, "a STOMP frame has a NUL among its headers");
    line_ += part;
    if (end == std::string_view::npos) {
        --header_bytes_;  // the line end is still to come
        bytes = {};
        return {};
    }
    bytes.remove_prefix(end + 1);
    if (!line_.empty() && line_.back() == '\r')
        line_.pop_back();
    auto done = on_line();
    line_.clear();
    return done;
}

Expected<void> FrameParser::on_line() {
    if (state_ == State::headers)
        return line_.empty() ? on_end_of_headers() : on_header();
    if (line_.empty() || !std::all_of(line_.begin(), line_.end(), is_upper))
        return fail(Errc::malformed, "a STOMP frame does not begin with a command");
    frame_.command = line_;
    state_ = State::headers;
    return {};
}

Expected<void> FrameParser::on_header() {
    if (frame_.headers.size() == limits_.headers)
        return fail(Errc::limit,
                    "a STOMP frame has more than " + std::to_string(limits_.headers) + " headers");
    const std::size_t colon = line_.find(':');
    if (colon == std::string::npos || colon == 0)
        return fail(Errc::malformed, "a STOMP header has no name");
    if (escapes_headers(frame_.command, version_) && !escapes_are_defined(line_))
        return fail(Errc::malformed, "a STOMP header has an undefined escape sequence");
    frame_.headers.emplace_back(line_.substr(0, colon), line_.substr(colon + 1));
    return {};
}

Expected<void> FrameParser::on_end_of_headers() {
    const std::string* header = frame_.header("content-length");
    if (header == nullptr) {
        state_ = State::open_body;
        return {};
    }
    const std::string_view digits = trimmed(*header);
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, remaining_);
    if (error == std::errc::invalid_argument || stop != end)
        return fail(Errc::malformed, "a STOMP content-length is not a number");
    if (error != std::errc() || remaining_ > limits_.body_bytes)
        return fail(
            Errc::limit,
            "a STOMP frame has more than " + std::to_string(limits_.body_bytes) + " bytes of body");
    state_ = remaining_ == 0 ? State::end_of_body : State::counted_body;
    return {};
}

Expected<void> FrameParser::take_counted_body(std::string_view& bytes) {
    const std::size_t size = std::min(remaining_, bytes.size());
    frame_.body.append(bytes.data(), size);
    bytes.remove_prefix(size);
    remaining_ -= size;
    if (remaining_ == 0)
        state_ = State::end_of_body;
    return {};
}

Expected<void> FrameParser::take_open_body(std::string_view& bytes) {
    const std::size_t end = bytes.find('\0');
    const std::string_view part = bytes.substr(0, end);
    if (part.size() > limits_.body_bytes - frame_.body.size())
        return fail(
            Errc::limit,
            "a STOMP frame has more than " + std::to_string(limits_.body_bytes) + " bytes of body");
    frame_.body += part;
    bytes.remove_prefix(part.size());
    if (end != std::string_view::npos)
        state_ = State::end_of_body;
    return {};
}

Expected<void> FrameParser::take_end_of_body(std::string_view& bytes) {
    if (bytes.front() != '\0')
        return fail(Errc::malformed, "a STOMP frame does not end where its content-length says");
    bytes.remove_prefix(1);
    finish();
    return {};
}

void FrameParser::finish() {
    finished_.push_back(std::move(frame_));
    frame_ = Frame{};
    header_bytes_ = 0;
    state_ = State::between;
}

}  // namespace mco::wire
