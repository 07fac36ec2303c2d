#include "core/serializer/yaml_events.hpp"

#include "core/bytes.hpp"

#include <new>

#include <yaml.h>

namespace mco::serializer::yaml {
namespace {

std::string place_of(const yaml_mark_t& mark) {
    return "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1);
}

std::string text_of(const yaml_char_t* text) {
    std::string copy;
    for (; text != nullptr && *text != 0; ++text)
        copy += static_cast<char>(*text);
    return copy;
}

/// One event of libyaml, freed at the end.
class RawEvent {
  public:
    RawEvent() = default;
    RawEvent(const RawEvent&) = delete;
    RawEvent& operator=(const RawEvent&) = delete;

    ~RawEvent() { yaml_event_delete(&event_); }

    yaml_event_t* operator->() { return &event_; }

    yaml_event_t* get() { return &event_; }

  private:
    yaml_event_t event_{};
};

Event scalar(yaml_event_t& event) {
    const auto& data = event.data.scalar;
    return {Event::Kind::scalar,
            text_of(data.anchor),
            text_of(data.tag),
            std::string(data.value, data.value + data.length),
            data.style == YAML_PLAIN_SCALAR_STYLE};
}

}  // namespace

struct Events::State {
    yaml_parser_t parser{};
    yaml_mark_t mark{};
    bool ended = false;
};

void Events::Delete::operator()(State* state) const {
    yaml_parser_delete(&state->parser);
    delete state;
}

Events::Events(std::string_view text) : state_(new State) {
    if (yaml_parser_initialize(&state_->parser) == 0)
        throw std::bad_alloc();
    yaml_parser_set_input_string(&state_->parser, bytes_of(text), text.size());
    yaml_parser_set_encoding(&state_->parser, YAML_UTF8_ENCODING);
}

std::string Events::place() const {
    return place_of(state_->mark);
}

Expected<Event> Events::next() {
    while (!state_->ended) {
        RawEvent event;
        if (yaml_parser_parse(&state_->parser, event.get()) == 0) {
            const auto& parser = state_->parser;
            state_->ended = true;
            return fail(Errc::malformed,
                        "YAML: " + place_of(parser.problem_mark) + ": " +
                            (parser.problem != nullptr ? parser.problem : "malformed"));
        }
        state_->mark = event->start_mark;
        switch (event->type) {
            case YAML_SCALAR_EVENT:
                return scalar(*event.get());
            case YAML_ALIAS_EVENT:
                return Event{Event::Kind::alias, text_of(event->data.alias.anchor), {}, {}, false};
            case YAML_SEQUENCE_START_EVENT:
                return Event{Event::Kind::list_begin,
                             text_of(event->data.sequence_start.anchor),
                             text_of(event->data.sequence_start.tag),
                             {},
                             false};
            case YAML_SEQUENCE_END_EVENT:
                return Event{Event::Kind::list_end, {}, {}, {}, false};
            case YAML_MAPPING_START_EVENT:
                return Event{Event::Kind::map_begin,
                             text_of(event->data.mapping_start.anchor),
                             text_of(event->data.mapping_start.tag),
                             {},
                             false};
            case YAML_MAPPING_END_EVENT:
                return Event{Event::Kind::map_end, {}, {}, {}, false};
            case YAML_DOCUMENT_END_EVENT:
            case YAML_STREAM_END_EVENT:
                state_->ended = true;
                break;
            default:  // the beginnings of stream and document
                break;
        }
    }
    return Event{};
}

}  // namespace mco::serializer::yaml
