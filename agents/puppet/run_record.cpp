#include "agents/puppet/run_record.hpp"

#include <nlohmann/json.hpp>

namespace mco::puppet {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunResult,
                                   finished,
                                   outcome,
                                   noop,
                                   cached_catalog,
                                   total,
                                   changed,
                                   failed,
                                   out_of_sync,
                                   duration,
                                   started_at,
                                   ended_at,
                                   environment,
                                   config_version,
                                   errors)

std::string to_json(const Run& run) {
    json text = {{"signalled", run.signalled},
                 {"noop", run.noop},
                 {"pid", run.pid},
                 {"process_start", run.process_start},
                 {"initiated_at", run.initiated_at}};
    if (run.report_before)
        text["report_before"] = {{"modified_ns", run.report_before->modified_ns},
                                 {"size", run.report_before->size},
                                 {"inode", run.report_before->inode}};
    if (run.result)
        text["result"] = *run.result;
    return text.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

/// All of nlohmann's exceptions end here.
Expected<Run> run_from_json(const std::string& text, const std::string& name) {
    try {
        const json all = json::parse(text);
        Run run;
        run.name = name;
        all.at("signalled").get_to(run.signalled);
        all.at("noop").get_to(run.noop);
        all.at("pid").get_to(run.pid);
        all.at("process_start").get_to(run.process_start);
        all.at("initiated_at").get_to(run.initiated_at);
        if (all.contains("report_before")) {
            const json& stamp = all["report_before"];
            run.report_before = system::FileStamp{stamp.at("modified_ns").get<std::int64_t>(),
                                                  stamp.at("size").get<std::int64_t>(),
                                                  stamp.at("inode").get<std::uint64_t>()};
        }
        if (all.contains("result"))
            run.result = all["result"].get<RunResult>();
        return run;
    } catch (const json::exception& error) {
        return fail(Errc::malformed, "the note of run " + name + ": " + error.what());
    }
}

}  // namespace mco::puppet
