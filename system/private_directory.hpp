// A directory for the files of one undertaking, that only we can enter.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace mco::system {

/// Gone with this object, and all that is in it.
class PrivateDirectory {
  public:
    /// A new one, mode 0700, where temporary files are; its name begins with `name`. Errors: io.
    static Expected<PrivateDirectory> make(std::string_view name);

    PrivateDirectory(PrivateDirectory&& other) noexcept;
    PrivateDirectory& operator=(PrivateDirectory&& other) noexcept;
    PrivateDirectory(const PrivateDirectory&) = delete;
    PrivateDirectory& operator=(const PrivateDirectory&) = delete;
    ~PrivateDirectory();

    const std::string& path() const { return path_; }

  private:
    explicit PrivateDirectory(std::string path);

    void remove();

    std::string path_;  // empty: moved from
};

}  // namespace mco::system
