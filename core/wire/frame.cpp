#include "core/wire/frame.hpp"

namespace mco::wire {

namespace {

/// The escape for `c` in this version, or 0 when the octet travels as it is.
char escape_letter(char c, Version version) {
    switch (c) {
        case '\\':
            return '\\';
        case '\n':
            return 'n';
        case ':':
            return 'c';
        case '\r':
            return version == Version::v1_2 ? 'r' : '\0';
        default:
            return '\0';
    }
}

void append_escaped(std::string& out, std::string_view text, Version version) {
    for (const char c : text) {
        if (const char letter = escape_letter(c, version); letter != '\0') {
            out += '\\';
            out += letter;
        } else if (c != '\0' && c != '\r') {
            out += c;
        }
    }
}

void append_plain(std::string& out, std::string_view text, std::string_view unwanted) {
    for (const char c : text)
        if (unwanted.find(c) == std::string_view::npos)
            out += c;
}

/// Names are compared as they are written: leaving octets out must not make up a second
/// content-length.
void append_header(std::string& out,
                   const std::pair<std::string, std::string>& header,
                   bool escaped,
                   Version version) {
    using namespace std::string_view_literals;
    const std::size_t start = out.size();
    if (escaped)
        append_escaped(out, header.first, version);
    else
        append_plain(out, header.first, "\0\r\n:"sv);
    const std::string_view written = std::string_view(out).substr(start);
    if (written.empty() || written == "content-length") {
        out.resize(start);
        return;
    }
    out += ':';
    if (escaped)
        append_escaped(out, header.second, version);
    else
        append_plain(out, header.second, "\0\r\n"sv);
    out += '\n';
}

}  // namespace

std::string_view name(Version version) {
    switch (version) {
        case Version::v1_2:
            return "1.2";
        case Version::v1_1:
            return "1.1";
        case Version::v1_0:
            break;
    }
    return "1.0";
}

const std::string* Frame::header(std::string_view header_name) const {
    for (const auto& [key, value] : headers)
        if (key == header_name)
            return &value;
    return nullptr;
}

bool escapes_headers(std::string_view command, Version version) {
    if (command == "CONNECT" || command == "CONNECTED")
        return false;
    return version != Version::v1_0 || command == "STOMP";
}

std::string encode(const Frame& frame, Version version) {
    const bool escaped = escapes_headers(frame.command, version);
    std::string out;
    std::size_t size = frame.command.size() + frame.body.size() + 40;
    for (const auto& [key, value] : frame.headers)
        size += key.size() + value.size() + 8;
    out.reserve(size);
    out += frame.command;
    out += '\n';
    for (const auto& header : frame.headers)
        append_header(out, header, escaped, version);
    out += "content-length:";
    out += std::to_string(frame.body.size());
    out += "\n\n";
    out += frame.body;
    out += '\0';
    return out;
}

}  // namespace mco::wire
