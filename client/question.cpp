#include "client/question.hpp"

#include <utility>

namespace mco::client {

Question ping_question(const filter::Filter& filter,
                       const std::string& collective,
                       std::chrono::seconds ttl) {
    Question question;
    question.request.agent = "discovery";
    question.request.filter = filter;
    question.request.collective = collective;
    question.request.ttl = ttl;
    question.route = Route::broadcast;
    question.purpose = Purpose::ping;
    question.must_go = true;
    return question;
}

Question probe_question(const filter::Filter& filter,
                        const std::string& collective,
                        std::vector<std::string> nodes) {
    auto question = ping_question(filter, collective, {});
    question.nodes = std::move(nodes);
    question.route = Route::directed;
    question.purpose = Purpose::probe;
    return question;
}

std::vector<Shipment> compose(const Question& question, const Origin& origin) {
    const auto& request = question.request;
    switch (question.purpose) {
        case Purpose::ping:
            return compose_ping(
                request.filter, request.collective, request.ttl, question.nodes, origin);
        case Purpose::probe:
            return compose_probe(request.filter, request.collective, question.nodes, origin);
        case Purpose::call:
            break;
    }
    return compose(request, question.route, question.nodes, origin);
}

}  // namespace mco::client
