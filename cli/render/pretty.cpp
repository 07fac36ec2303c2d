#include "cli/render/pretty.hpp"

#include "cli/render/text.hpp"
#include "core/text/ruby.hpp"

#include <algorithm>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

namespace mco::render {

namespace {

/// Oppen's printer with consistent breaking: text waits in a buffer until it is known whether the
/// groups it belongs to fit; when the line overflows, the outermost group that still waits is
/// broken as a whole.
class Printer {
  public:
    explicit Printer(std::size_t width) : width_(width) { open(); }

    void text(std::string_view words) {
        const auto size = length(words);
        if (buffer_.empty()) {
            out_ += words;
            column_ += size;
            return;
        }
        buffer_.push_back({std::string(words), size, nullptr, 0});
        buffered_ += size;
        break_outermost();
    }

    /// A place where the innermost group may be broken; `words` stand there if it is not.
    void breakable(std::string_view words) {
        Group& group = *stack_.back();
        if (group.broken) {
            flush();
            newline(indent_);
            return;
        }
        buffer_.push_back({std::string(words), words.size(), &group, indent_});
        ++group.waiting;
        buffered_ += words.size();
        break_outermost();
    }

    template <class Content>
    void group(std::size_t indent,
               std::string_view before,
               std::string_view after,
               Content content) {
        text(before);
        open();
        indent_ += indent;
        content();
        indent_ -= indent;
        close();
        text(after);
    }

    std::string finish() {
        flush();
        return std::move(out_);
    }

  private:
    struct Group {
        std::size_t depth = 0;
        std::size_t waiting = 0;  ///< breakables still in the buffer
        bool broken = false;
    };

    struct Piece {
        std::string words;
        std::size_t width = 0;
        Group* group = nullptr;  ///< of a breakable; null for text
        std::size_t indent = 0;
    };

    void open() {
        groups_.push_back({stack_.size(), 0, false});
        stack_.push_back(&groups_.back());
        if (queue_.size() < stack_.size())
            queue_.emplace_back();
        queue_[stack_.back()->depth].push_back(stack_.back());
    }

    void close() {
        Group* group = stack_.back();
        stack_.pop_back();
        if (group->waiting == 0)
            std::erase(queue_[group->depth], group);
    }

    void newline(std::size_t indent) {
        out_ += '\n' + std::string(indent, ' ');
        column_ = indent;
    }

    void write_front() {
        const Piece piece = std::move(buffer_.front());
        buffer_.pop_front();
        buffered_ -= piece.width;
        if (piece.group != nullptr && --piece.group->waiting == 0 && !piece.group->broken)
            std::erase(queue_[piece.group->depth], piece.group);
        if (piece.group != nullptr && piece.group->broken)
            return newline(piece.indent);
        out_ += piece.words;
        column_ += piece.width;
    }

    void flush() {
        while (!buffer_.empty())
            write_front();
        buffered_ = 0;
    }

    /// The outermost group that has something to break; groups passed over have nothing left and
    /// count as broken.
    Group* next_to_break() {
        for (auto& level : queue_) {
            const auto found = std::find_if(level.rbegin(), level.rend(), [](const Group* group) {
                return group->waiting > 0;
            });
            if (found != level.rend()) {
                Group* group = *found;
                std::erase(level, group);
                group->broken = true;
                return group;
            }
            for (Group* group : level)
                group->broken = true;
            level.clear();
        }
        return nullptr;
    }

    void break_outermost() {
        while (width_ < column_ + buffered_) {
            Group* group = next_to_break();
            if (group == nullptr)
                return;
            while (group->waiting > 0)
                write_front();
            while (!buffer_.empty() && buffer_.front().group == nullptr)
                write_front();
        }
    }

    std::size_t width_;
    std::string out_;
    std::size_t column_ = 0;    // of what is in out_
    std::size_t buffered_ = 0;  // width of what is in buffer_
    std::size_t indent_ = 0;
    std::deque<Piece> buffer_;
    std::deque<Group> groups_;  // owns; addresses stay
    std::vector<Group*> stack_;
    std::vector<std::vector<Group*>> queue_;  // by depth, in order of opening
};

void print(Printer& to, const Value& value);

void print_array(Printer& to, const Array& array) {
    to.group(1, "[", "]", [&] {
        for (std::size_t i = 0; i < array.size(); ++i) {
            if (i > 0) {
                to.text(",");
                to.breakable(" ");
            }
            print(to, array[i]);
        }
    });
}

void print_entry(Printer& to, const Entry& entry) {
    to.group(0, "", "", [&] {
        print(to, entry.key);
        to.text("=>");
        to.group(1, "", "", [&] {
            to.breakable("");
            print(to, entry.value);
        });
    });
}

void print_map(Printer& to, const Map& map) {
    to.group(1, "{", "}", [&] {
        bool first = true;
        for (const auto& entry : map.entries()) {
            if (!std::exchange(first, false)) {
                to.text(",");
                to.breakable(" ");
            }
            print_entry(to, entry);
        }
    });
}

/// Text of several lines is shown as a sum of its lines.
void print_string(Printer& to, std::string_view text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos || end + 1 == text.size())
        return to.text(text::quoted(text));
    to.group(0, "", "", [&] {
        while (!text.empty()) {
            const auto size = std::min(text.find('\n'), text.size() - 1) + 1;
            to.text(text::quoted(text.substr(0, size)));
            text.remove_prefix(size);
            if (!text.empty()) {
                to.text(" +");
                to.breakable(" ");
            }
        }
    });
}

void print(Printer& to, const Value& value) {
    if (const auto* array = value.array())
        print_array(to, *array);
    else if (const auto* map = value.map())
        print_map(to, *map);
    else if (const auto* string = value.string())
        print_string(to, *string);
    else
        to.text(text::inspect(value));
}

}  // namespace

std::string pretty(const Value& value, std::size_t width) {
    Printer printer(width);
    print(printer, value);
    return printer.finish();
}

}  // namespace mco::render
