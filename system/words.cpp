#include "system/process.hpp"

#include <optional>

namespace mco::system {

namespace {

/// One pass over a command line: a word is open from its first character or quote to the next
/// blank.
class Splitter {
  public:
    explicit Splitter(const std::string& line) : line_(line) {}

    Expected<std::vector<std::string>> words() {
        while (at_ < line_.size())
            MCO_CHECK(step());
        end_word();
        return std::move(words_);
    }

  private:
    Expected<void> step() {
        const char c = line_[at_++];
        if (c == ' ' || c == '\t' || c == '\n')
            end_word();
        else if (c == '\'')
            return single_quoted();
        else if (c == '"')
            return double_quoted();
        else if (c == '\\')
            return escaped();
        else
            word() += c;
        return {};
    }

    Expected<void> single_quoted() {
        const auto end = line_.find('\'', at_);
        if (end == std::string::npos)
            return unfinished("'");
        word() += line_.substr(at_, end - at_);
        at_ = end + 1;
        return {};
    }

    /// Within double quotes a backslash only protects what is special there.
    Expected<void> double_quoted() {
        word();
        while (at_ < line_.size()) {
            const char c = line_[at_++];
            if (c == '"')
                return {};
            const bool protects =
                c == '\\' && at_ < line_.size() &&
                std::string_view("\"\\$`").find(line_[at_]) != std::string_view::npos;
            word() += protects ? line_[at_++] : c;
        }
        return unfinished("\"");
    }

    Expected<void> escaped() {
        if (at_ == line_.size())
            return unfinished("\\");
        word() += line_[at_++];
        return {};
    }

    std::string& word() {
        if (!open_)
            open_.emplace();
        return *open_;
    }

    void end_word() {
        if (open_)
            words_.push_back(std::move(*open_));
        open_.reset();
    }

    static tl::unexpected<Error> unfinished(const char* what) {
        return fail(Errc::malformed, std::string("a ") + what + " in the command line has no end");
    }

    const std::string& line_;
    std::size_t at_ = 0;
    std::vector<std::string> words_;
    std::optional<std::string> open_;
};

}  // namespace

Expected<std::vector<std::string>> split_words(const std::string& command_line) {
    return Splitter(command_line).words();
}

}  // namespace mco::system
