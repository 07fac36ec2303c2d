// What NativeReading reads on this machine, as one line of JSON: for tests that hold it against
// Puppet's own answers. Each word is a type, or TYPE/TITLE for one resource of it. After --manifest
// it is Puppet code, without secrets.
#include "core/ral/manifest.hpp"
#include "core/ral/resource.hpp"
#include "core/ral/secrets.hpp"
#include "core/serializer/json.hpp"
#include "puppet/ral/native.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mco;

Expected<std::vector<ral::Resource>> asked(const puppet::NativeReading& native,
                                           std::string_view word,
                                           Monotonic deadline) {
    const auto slash = word.find('/');
    if (slash == std::string_view::npos)
        return native.read(word, deadline);
    MCO_TRY(found, native.read(word.substr(0, slash), word.substr(slash + 1), deadline));
    return found ? std::vector<ral::Resource>{*found} : std::vector<ral::Resource>();
}

Value answer(const puppet::NativeReading& native, std::string_view word, Monotonic deadline) {
    const auto resources = asked(native, word, deadline);
    if (!resources)
        return Map{{"error", resources.error().message}};
    Array list;
    for (const auto& resource : *resources)
        list.push_back(ral::to_value(resource));
    const auto warnings = puppet::scrubbed_warnings(*resources);
    return Map{{"as_puppet", native.can_read(word.substr(0, word.find('/')), {})},
               {"resources", std::move(list)},
               {"warnings", Array(warnings.begin(), warnings.end())}};
}

/// False if something cannot be read.
bool print_manifests(const puppet::NativeReading& native,
                     const std::vector<std::string_view>& words,
                     Monotonic deadline) {
    for (const auto word : words) {
        const auto resources = asked(native, word, deadline);
        if (!resources)
            return false;
        for (const auto& resource : *resources)
            std::fputs(ral::manifest(ral::without_secrets(resource)).c_str(), stdout);
    }
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    system::RealRunner runner;
    const system::RealClock clock;
    const puppet::NativeReading native(true, runner, clock);
    const auto deadline = clock.monotonic() + std::chrono::seconds(20);
    std::vector<std::string_view> words(arguments + 1, arguments + count);
    if (!words.empty() && words.front() == "--manifest") {
        words.erase(words.begin());
        return print_manifests(native, words, deadline) ? 0 : 1;
    }
    Map answers;
    for (const auto word : words)
        answers.set(word, answer(native, word, deadline));
    std::puts(serializer::encode_json(answers).c_str());
}
