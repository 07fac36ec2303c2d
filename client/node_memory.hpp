// What was seen of nodes before: who answered which filter last time, and when each node answered
// at all. Discovery ends sooner for it (design D11), and nobody can be missing in silence.
#pragma once

#include "core/error.hpp"
#include "core/filter/filter.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mco::client {

/// Nodes are told apart by the configuration that leads to them and by their collective.
struct MemoryScope {
    std::string config;  ///< path of the file
    std::string collective;
};

/// A filter as text: equal filters have equal texts.
std::string text_of(const filter::Filter& filter);

/// A value without I/O. It is a cache: whatever is wrong with a stored one, an empty one does as
/// well, and what does not fit into its bounds is forgotten, the longest unused first.
class NodeMemory {
  public:
    static constexpr std::size_t most_nodes = 50'000;     ///< in all
    static constexpr std::size_t most_discoveries = 40;   ///< in all
    static constexpr std::chrono::hours longest{24 * 7};  ///< for which a silent node is expected
    /// Sightings closer together count as one: not every call has to write a file.
    static constexpr std::chrono::seconds resolution{30};

    /// From what write() returned; from anything else an empty one.
    static NodeMemory read(std::string_view text);
    std::string write() const;

    /// Who answered the last discovery with this filter.
    std::vector<std::string> answered(const MemoryScope& scope, const std::string& filter) const;

    /// The same and those who answered an earlier one, not longer ago than `longest`; by name.
    std::vector<std::string> expected(const MemoryScope& scope,
                                      const std::string& filter,
                                      TimePoint now) const;

    /// When the node answered last; absent: never.
    std::optional<TimePoint> last_seen(const MemoryScope& scope, const std::string& node) const;

    /// These, and nobody else, answered a discovery.
    void discovered(const MemoryScope& scope,
                    const std::string& filter,
                    const std::vector<std::string>& nodes,
                    TimePoint now);

    /// These gave a sign of life.
    void seen(const MemoryScope& scope, const std::vector<std::string>& nodes, TimePoint now);

    /// The node is there, but the filter does not match it any more.
    void no_longer_matches(const MemoryScope& scope,
                           const std::string& filter,
                           const std::string& node);

    /// As if it had never been seen, wherever.
    void forget(const std::string& node);

    /// Everybody who is known, by name.
    std::vector<std::string> names() const;

    /// Something worth writing has happened since it was made or read.
    bool changed() const { return changed_; }

  private:
    using Key = std::pair<std::string, std::string>;  // MemoryScope

    struct Discovery {
        std::int64_t time = 0;
        std::map<std::string, bool> nodes;  // whether each answered the last time
    };

    struct Place {
        std::map<std::string, std::int64_t> seen;      // seconds since the epoch
        std::map<std::string, Discovery> discoveries;  // by filter
    };

    void note(std::int64_t& old, std::int64_t time);
    void shrink(TimePoint now);
    void drop_oldest_discovery();

    static Key key(const MemoryScope& scope) { return {scope.config, scope.collective}; }

    const Discovery* find(const MemoryScope& scope, const std::string& filter) const;

    std::map<Key, Place> places_;
    bool changed_ = false;
};

/// The memory of one user in a file of his own, mode 0600. Failures are not worth more than a line
/// in the log: reading gives an empty memory, and what cannot be written is forgotten.
class NodeMemoryFile {
  public:
    /// Empty path: nothing is remembered.
    explicit NodeMemoryFile(std::string path) : path_(std::move(path)) {}

    /// Read at the first use.
    NodeMemory& memory();

    /// Writes what there is now, atomically, if it has changed. Errors: io.
    Expected<void> save();

  private:
    std::string path_;
    std::optional<NodeMemory> memory_;
};

/// Where the memory is: `plugin.client.known_nodes`, which may be `0` for nowhere, else
/// `known_nodes.json` in the user's cache folder, if there is one. Empty: nowhere.
std::string node_memory_path(const std::string* setting, const std::string& cache_folder);

}  // namespace mco::client
