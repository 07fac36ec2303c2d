#include "system/credentials/pool_tls.hpp"

#include "system/credentials/x509_files.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace mco::credentials {

namespace {

constexpr long most_brokers = 1000;

/// A value that means nothing is for the connector to complain about.
bool is_on(const config::Config& config, const std::string& name) {
    return config.plugin_bool(name, false).value_or(false);
}

class PoolEntry {
  public:
    PoolEntry(config::Config& config, std::string prefix)
        : config_(config), prefix_(std::move(prefix)) {}

    bool wants_files() const {
        return is_on(config_, prefix_ + "ssl") && !is_on(config_, prefix_ + "ssl.fallback") &&
               !is_set("ca");
    }

    void take(const X509Files& files) {
        if (!is_set("cert") && !is_set("key")) {
            set("cert", "certificate", files.certificate);
            set("key", "private_key", files.private_key);
        }
        set("ca", "ca", files.ca);
    }

  private:
    bool is_set(const std::string& name) const {
        const auto* value = config_.plugin_setting(prefix_ + "ssl." + name);
        return value != nullptr && !value->empty();
    }

    void set(const std::string& name, const std::string& source, const std::string& path) {
        config_.plugin.insert_or_assign(prefix_ + "ssl." + name,
                                        config::Setting{path, "as plugin.x509." + source});
    }

    config::Config& config_;
    std::string prefix_;
};

}  // namespace

config::Config with_pool_tls(config::Config config, Role role, const Surroundings& surroundings) {
    const auto pool = config.connector + ".pool.";
    const long size = std::min(config.plugin_int(pool + "size", 0).value_or(0), most_brokers);
    std::optional<X509Files> files;
    for (long number = 1; number <= size; ++number) {
        PoolEntry entry(config, pool + std::to_string(number) + ".");
        if (!entry.wants_files())
            continue;
        if (!files) {
            auto found = find_x509_files(config, role, surroundings);
            if (!found)
                return config;
            files = *std::move(found);
        }
        entry.take(*files);
    }
    return config;
}

}  // namespace mco::credentials
