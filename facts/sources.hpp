// Where facts come from (protocol §12.7, design D10): YAML and JSON files, directories of them, and
// commands such as facter.
#pragma once

#include "core/config/config.hpp"
#include "core/error.hpp"
#include "core/value.hpp"
#include "system/files.hpp"
#include "system/process.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mco::facts {

/// What one look at a source gave. Facts may be there besides problems.
struct Reading {
    Map facts;                          ///< leaves are text
    std::vector<std::string> problems;  ///< sentences that name the file or command
};

/// One thread at a time.
class Source {
  public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;
    /// Blocks.
    virtual Reading read() = 0;

    /// True when reading again would give something else than the last time, as far as can be told
    /// without reading.
    virtual bool changed() const { return false; }
};

/// Files in the order given, later ones win by whole facts; a directory stands for its `.yaml`,
/// `.yml` and `.json` files by name. A file that cannot be parsed keeps the facts it gave before;
/// one that is gone has none, and one that is empty has none from the second look on.
class FileSource final : public Source {
  public:
    explicit FileSource(std::vector<std::string> paths);
    Reading read() override;
    bool changed() const override;

  private:
    using Stamps = std::map<std::string, std::optional<system::FileStamp>>;
    Stamps current_stamps() const;
    Expected<Map> read_file(const std::string& path, bool had_facts);

    std::vector<std::string> paths_;
    Stamps stamps_;
    std::map<std::string, Map> good_;  ///< by file
    std::set<std::string> emptied_;    ///< files that gave facts and were empty at the last look
};

/// A command that prints a JSON object. It runs with low priority and a clean PATH; its standard
/// error is dropped.
class CommandSource final : public Source {
  public:
    /// `flatten` makes dotted names and comma lists of nested data, as ohai's facts are known. The
    /// runner outlives it.
    CommandSource(system::Command command, bool flatten, system::Runner& runner);
    Reading read() override;

  private:
    system::Command command_;
    bool flatten_;
    system::Runner& runner_;
};

/// The sources that factsource names (yaml, json, facter, ohai; several separated by commas, later
/// ones win), with their plugin settings. The runner outlives them. Errors: invalid.
Expected<std::vector<std::unique_ptr<Source>>> make_sources(const config::Config& config,
                                                            system::Runner& runner);

/// The files and directories that the configured sources read.
std::vector<std::string> fact_paths(const config::Config& config);

}  // namespace mco::facts
