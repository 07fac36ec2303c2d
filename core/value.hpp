// The plain data that crosses the wire: what Marshal, YAML and JSON have in common, and nothing
// that acts. Symbols are kept apart from strings because Ruby peers look keys up by type (protocol
// §15.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mco {

class Value;
struct Entry;

/// A Ruby symbol, without its colon.
struct Symbol {
    std::string name;
    bool operator==(const Symbol&) const = default;
};

/// A Ruby regular expression as data; it is compiled only by core/filter, under limits.
struct Regexp {
    std::string source;
    std::uint8_t options = 0;  ///< 1 ignore case, 2 extended, 4 multi-line, as Marshal writes them
    bool operator==(const Regexp&) const = default;
};

using Array = std::vector<Value>;

/// A map that keeps insertion order, as Ruby's do. Lookups are linear: messages are small.
class Map {
  public:
    Map();
    Map(std::initializer_list<Entry> entries);
    // Defined below: only there an Entry is complete, and clang looks earlier than g++ does.
    Map(const Map& other);
    Map(Map&& other) noexcept;
    Map& operator=(const Map& other);
    Map& operator=(Map&& other) noexcept;
    ~Map();

    /// The value under the text key, whether it is spelt as string or symbol; null if absent.
    const Value* find(std::string_view key) const;
    Value* find(std::string_view key);
    /// Replaces the value under an equal key, or appends.
    void set(Value key, Value value);

    const std::vector<Entry>& entries() const { return entries_; }

    std::vector<Entry>& entries() { return entries_; }

    std::size_t size() const;
    bool empty() const;
    bool operator==(const Map& other) const;

  private:
    std::vector<Entry> entries_;
};

class Value {
  public:
    using Data = std::variant<std::monostate,
                              bool,
                              std::int64_t,
                              double,
                              std::string,
                              Symbol,
                              Regexp,
                              Array,
                              Map>;

    Value() = default;  ///< nil

    Value(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)

    Value(bool b) : data_(b) {}  // NOLINT(google-explicit-constructor)

    Value(int i) : data_(std::int64_t{i}) {}  // NOLINT(google-explicit-constructor)

    Value(std::int64_t i) : data_(i) {}  // NOLINT(google-explicit-constructor)

    Value(double d) : data_(d) {}  // NOLINT(google-explicit-constructor)

    Value(const char* s) : data_(std::string(s)) {}  // NOLINT(google-explicit-constructor)

    Value(std::string_view s) : data_(std::string(s)) {}  // NOLINT(google-explicit-constructor)

    Value(std::string s) : data_(std::move(s)) {}  // NOLINT(google-explicit-constructor)

    Value(Symbol s) : data_(std::move(s)) {}  // NOLINT(google-explicit-constructor)

    Value(Regexp r) : data_(std::move(r)) {}  // NOLINT(google-explicit-constructor)

    Value(Array a) : data_(std::move(a)) {}  // NOLINT(google-explicit-constructor)

    Value(Map m) : data_(std::move(m)) {}  // NOLINT(google-explicit-constructor)

    const Data& data() const { return data_; }

    Data& data() { return data_; }

    bool is_nil() const { return std::holds_alternative<std::monostate>(data_); }

    const bool* boolean() const { return std::get_if<bool>(&data_); }

    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }

    const double* real() const { return std::get_if<double>(&data_); }

    const std::string* string() const { return std::get_if<std::string>(&data_); }

    const Symbol* symbol() const { return std::get_if<Symbol>(&data_); }

    const Regexp* regexp() const { return std::get_if<Regexp>(&data_); }

    const Array* array() const { return std::get_if<Array>(&data_); }

    const Map* map() const { return std::get_if<Map>(&data_); }

    Array* array() { return std::get_if<Array>(&data_); }

    Map* map() { return std::get_if<Map>(&data_); }

    /// The characters of a string or symbol; null for anything else.
    const std::string* text() const;
    /// The value under `key` if this is a map that has it, spelt either way; null otherwise.
    const Value* find(std::string_view key) const;

    bool operator==(const Value&) const = default;

  private:
    Data data_;
};

struct Entry {
    Value key;
    Value value;
    bool operator==(const Entry&) const = default;
};

inline Map::Map() = default;
inline Map::Map(const Map& other) = default;
inline Map::Map(Map&& other) noexcept = default;
inline Map& Map::operator=(const Map& other) = default;
inline Map& Map::operator=(Map&& other) noexcept = default;
inline Map::~Map() = default;

inline std::size_t Map::size() const {
    return entries_.size();
}

inline bool Map::empty() const {
    return entries_.empty();
}

}  // namespace mco
