#include "client/sources/http_post.hpp"

#include <gtest/gtest.h>

namespace mco::client {
namespace {

std::string read(const std::string& url) {
    const auto server = parse_http_url(url, {8080, 8081});
    if (!server)
        return "error: " + server.error().message;
    return (server->tls ? "tls " : "plain ") + server->host + ' ' + std::to_string(server->port) +
           ' ' + server->path;
}

TEST(HttpUrl, IsTakenApart) {
    const std::pair<std::string, std::string> cases[] = {
        {"http://db", "plain db 8080 "},
        {"https://db", "tls db 8081 "},
        {"https://db.example.net:443/", "tls db.example.net 443 "},
        {"https://db/proxy/puppetdb/", "tls db 8081 /proxy/puppetdb"},
        {"http://127.0.0.1:1", "plain 127.0.0.1 1 "},
        {"https://[::1]:8443", "tls ::1 8443 "},
        {"https://[::1]", "tls ::1 8081 "},
        {"https://root:secret@db", "error: users and passwords do not belong into this URL"},
    };
    for (const auto& [url, expected] : cases)
        EXPECT_EQ(read(url), expected);
    for (const std::string url : {"db",
                                  "ftp://db",
                                  "https:",
                                  "https://",
                                  "https://:80",
                                  "https://db:",
                                  "https://db:0",
                                  "https://db:65536",
                                  "https://db:80x",
                                  "https://[::1",
                                  "https://[::1]x",
                                  "https://d b",
                                  "https://db\r\nX: y",
                                  "https://db/a?b",
                                  ""})
        EXPECT_NE(read(url).find("is not a URL such as https://HOST:PORT"), std::string::npos)
            << url << ": " << read(url);
}

}  // namespace
}  // namespace mco::client
