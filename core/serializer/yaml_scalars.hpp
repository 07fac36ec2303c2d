// What a scalar stands for, by Ruby's rules (protocol §3.2). Internal to core/serializer.
#pragma once

#include "core/error.hpp"
#include "core/value.hpp"

#include <string>

namespace mco::serializer::yaml {

/// A scalar without quotes and tag. Fails with malformed on dates and times.
Expected<Value> plain_scalar(std::string text);

/// A scalar with a tag, as libyaml resolves it. Fails with malformed on tags beyond plain data.
Expected<Value> tagged_scalar(const std::string& tag, std::string text);

/// Whether a list or map may carry this tag.
bool plain_collection_tag(const std::string& tag);

}  // namespace mco::serializer::yaml
