// The public keys of callers in a directory, NAME.pem each: plugin.ssl_client_cert_dir and
// plugin.aes.client_cert_dir (protocol §4.4, §4.5).
#pragma once

#include "core/security/legacy/caller_keys.hpp"
#include "system/files.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mco::credentials {

/// Every find() looks at the file's stamp, so that a key that is added, replaced or taken away
/// counts from the next message on; a key is read and parsed once for each version of its file.
class DirectoryKeys final : public security::CallerKeys {
  public:
    /// `remembered`: parsed keys kept at most. `learnable`: keys that strangers may add before the
    /// next start.
    explicit DirectoryKeys(std::string directory,
                           std::size_t remembered = 1024,
                           std::size_t learnable = 4096);

    Expected<security::PublicKey> find(const std::string& name) override;

    /// The file appears as a whole, with mode 0644, and only where there was none.
    Expected<void> learn(const std::string& name, std::string_view pem) override;

    /// The files that learn() wrote since the last call. Any thread.
    std::vector<std::string> take_learnt();

  private:
    struct Entry {
        system::FileStamp stamp;
        security::PublicKey key;
    };

    std::string path_of(const std::string& name) const;

    const std::string directory_;
    const std::size_t remembered_;
    const std::size_t learnable_;
    std::mutex mutex_;  // guards what follows
    std::unordered_map<std::string, Entry> keys_;
    std::size_t learnt_ = 0;
    std::vector<std::string> untold_;  // of those learnt
};

}  // namespace mco::credentials
