// Test data: the throw-away key of john (protocol §5.2) in the forms that key files have, and
// callers' keys in memory.
#pragma once

#include "core/security/legacy/caller_keys.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace mco::security::testing {

inline const std::string john_private = R"(-----BEGIN RSA PRIVATE KEY-----
MIICXQIBAAKBgQCc2zto1fENZc/++5k/0hW8YhFRyGxA0dxuKAwUXgR5m84NGyee
Lb7Z0dhgsUdh59fP/nMKYA27CP9h7FaAsfvuy6SKl2dzItDa81m084g/MBWJaWYb
Wu/QrQnqRDTn4JSWvcIC1XrrTqmSoTcgUrWUVLGuLKP3Iqkc+YHXfJMRwQIDAQAB
AoGARPwqUb4d6O2JH7RZvvbPdm2O/m/uJEfn8U6NmXuL7kv2wE7cCrZFxJiE2Gm/
YjDL+n8G6145S7P2VYPSu4ELslb0x64btQ/9v0Zxt9PMme1Hjlxg3HAXxYtqUkMW
bYT6LD+in2s93TouX2gmS+fzLYsQo4478Y0UtdrI0oGClp0CQQDMIn8yoaznEZ+8
WM6VnQui6m8YDMwu3+CytLoicyqeKJZWPwuKMFLLGJGSwpeNF1kJI4qSsWKEikpc
KVajkKjnAkEAxLWdjbADLtWlhzubK0MW1CpHrXyUnEOda3817ZQ5PKI5EmhI21oC
qO1DU+naeTCCqsZ9EZ3QiLaD9kFfXodTFwJBAIszUu2h1hfTqsty+5yGdPLpTkxm
Ha4xODZkizEGu58SKkIxx5q6DRs1a79aNqIds7dJpysVDws2ijKCdfQfpy0CQAU7
S1BsYPlK51ccZ7kT1LSZ10Qu7wjk53fnbzi9W3RYYCo0KdPjpfR2Mvc1XgEhICiI
lOT2DIjGSeYvwOiTsssCQQCXh/hOFbOzNkd9GYlVJQuzV1SyWZkAJhTy76SjKVq3
Rm7b3sSepfZ1t/xJxBHTXbkoRyd3Y6JnoJMYwfqpn65/
-----END RSA PRIVATE KEY-----
)";

inline const std::string john_public = R"(-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCc2zto1fENZc/++5k/0hW8YhFR
yGxA0dxuKAwUXgR5m84NGyeeLb7Z0dhgsUdh59fP/nMKYA27CP9h7FaAsfvuy6SK
l2dzItDa81m084g/MBWJaWYbWu/QrQnqRDTn4JSWvcIC1XrrTqmSoTcgUrWUVLGu
LKP3Iqkc+YHXfJMRwQIDAQAB
-----END PUBLIC KEY-----
)";

inline const std::string john_public_pkcs1 = R"(-----BEGIN RSA PUBLIC KEY-----
MIGJAoGBAJzbO2jV8Q1lz/77mT/SFbxiEVHIbEDR3G4oDBReBHmbzg0bJ54tvtnR
2GCxR2Hn18/+cwpgDbsI/2HsVoCx++7LpIqXZ3Mi0NrzWbTziD8wFYlpZhta79Ct
CepENOfglJa9wgLVeutOqZKhNyBStZRUsa4so/ciqRz5gdd8kxHBAgMBAAE=
-----END RSA PUBLIC KEY-----
)";

/// The keys of callers by name, PEM; what is learnt appears in it.
class MemoryKeys final : public CallerKeys {
  public:
    using Files = std::map<std::string, std::string>;

    /// `files` outlives it, so that tests see what was learnt and can take keys away.
    explicit MemoryKeys(Files& files) : files_(files) {}

    Expected<PublicKey> find(const std::string& name) override {
        const auto file = files_.find(name);
        if (file == files_.end())
            return fail(Errc::not_found, "there is no public key of " + name);
        if (file->second != text_) {
            MCO_TRY(key, public_key_from_pem(file->second));
            key_ = std::move(key);
            text_ = file->second;
        }
        return key_;
    }

    Expected<void> learn(const std::string& name, std::string_view pem) override {
        if (!files_.emplace(name, pem).second)
            return fail(Errc::denied, "there is a key of " + name + " already");
        return {};
    }

  private:
    Files& files_;
    std::string text_;  // of key_, which was read last: reading takes longer than using it
    PublicKey key_;
};

}  // namespace mco::security::testing
