// Key files of the legacy providers ssl and aes_security: which settings name them, reading them,
// and reading them again when they change (protocol §4.4, §4.5).
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "system/credentials/caller_keys.hpp"
#include "system/credentials/credentials.hpp"
#include "system/files.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::credentials {

/// A file and the setting that names it, without `plugin.`.
struct KeyFile {
    std::string setting;
    std::string path;
};

/// Errors: not_found, when `setting` is not there; the text mentions `variable`, the environment's
/// word for it, unless that is empty.
Expected<KeyFile> key_file(const config::Config& config,
                           const std::string& setting,
                           std::string_view variable = {});

/// Errors name setting and file.
Expected<std::string> read_public(const KeyFile& file);
/// The same for what nobody else may read: denied, when everybody may.
Expected<std::string> read_private(const KeyFile& file);
/// That rule alone.
Expected<void> check_private(const KeyFile& file);

/// Adds setting and file to an Error whose text begins with `part` and a colon.
Error with_setting(Error error, std::string_view part, const KeyFile& file);

/// Reads again when one of the files changes.
class KeyWatcher final : public Watcher {
  public:
    using Stamps = std::vector<std::optional<system::FileStamp>>;

    /// `seen`: the stamps before the files were read. `reload` takes what is in the files now into
    /// use. `callers` may be null and else outlives it: what they learn is news.
    KeyWatcher(std::vector<KeyFile> files,
               Stamps seen,
               std::function<Expected<void>()> reload,
               DirectoryKeys* callers);
    Expected<bool> refresh() override;
    std::vector<std::string> news() override;

    static Stamps stamps_of(const std::vector<KeyFile>& files);

  private:
    std::vector<KeyFile> files_;
    Stamps seen_;
    std::function<Expected<void>()> reload_;
    DirectoryKeys* callers_;
};

}  // namespace mco::credentials
