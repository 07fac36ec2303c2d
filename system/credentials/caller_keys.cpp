#include "system/credentials/caller_keys.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <unistd.h>

namespace mco::credentials {

namespace {

constexpr std::size_t max_pem = 64u << 10;  // bytes; a certificate with its text above it

/// Gives the file a second name unless that is taken. The kernel decides, so there is no moment
/// between looking and writing.
int link_if_free(const std::string& from, const std::string& to) {
    return ::link(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace

DirectoryKeys::DirectoryKeys(std::string directory, std::size_t remembered, std::size_t learnable)
    : directory_(std::move(directory)), remembered_(remembered), learnable_(learnable) {}

std::string DirectoryKeys::path_of(const std::string& name) const {
    return directory_ + "/" + name + ".pem";
}

Expected<security::PublicKey> DirectoryKeys::find(const std::string& name) {
    const auto path = path_of(name);
    const auto stamp = system::stamp(path);
    const std::lock_guard lock(mutex_);
    if (!stamp) {
        keys_.erase(name);
        return fail(Errc::not_found, "there is no public key " + path);
    }
    if (const auto known = keys_.find(name); known != keys_.end() && known->second.stamp == *stamp)
        return known->second.key;
    keys_.erase(name);
    auto pem = system::read_file(path, max_pem);
    if (!pem)  // whatever it is, there is something of that name
        return fail(Errc::io, std::move(pem.error().message));
    auto key = security::public_key_from_pem(*pem);
    if (!key)
        return fail(key.error().code, path + ": " + key.error().message);
    if (keys_.size() >= remembered_)
        keys_.erase(keys_.begin());
    keys_.emplace(name, Entry{*stamp, *key});
    return key;
}

Expected<void> DirectoryKeys::learn(const std::string& name, std::string_view pem) {
    const auto path = path_of(name);
    const auto draft = directory_ + "/." + name + ".pem.new";
    const std::lock_guard lock(mutex_);
    if (learnt_ >= learnable_)
        return fail(Errc::limit, "the key of " + name + " is not learnt: too many came already");
    MCO_CHECK(system::write_file_atomically(draft, pem, 0644));
    const int error = link_if_free(draft, path);
    ::unlink(draft.c_str());
    if (error == EEXIST)
        return fail(Errc::denied, "there is a key " + path + " already");
    if (error != 0)
        return fail(Errc::io, "cannot write " + path + ": " + std::strerror(error));
    ++learnt_;
    untold_.push_back(path);
    return {};
}

std::vector<std::string> DirectoryKeys::take_learnt() {
    const std::lock_guard lock(mutex_);
    return std::exchange(untold_, {});
}

}  // namespace mco::credentials
