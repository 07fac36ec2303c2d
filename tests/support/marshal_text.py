"""Ruby Marshal 4.8, written down once more from the specification so that tests do not trust the project's own codec."""


class Sym(str):
    """A Ruby symbol."""


def _length(number):
    if number == 0:
        return b"\0"
    if 0 < number < 123:
        return bytes([number + 5])
    if -124 < number < 0:
        return bytes([(number - 5) & 0xFF])
    for size in range(1, 5):
        if -(1 << (8 * size)) <= number < (1 << (8 * size)):
            return bytes([size if number >= 0 else 256 - size]) + (number & ((1 << (8 * size)) - 1)).to_bytes(size, "little")
    raise ValueError(number)


def _value(value):
    if value is None:
        return b"0"
    if value is True:
        return b"T"
    if value is False:
        return b"F"
    if isinstance(value, Sym):
        return b":" + _length(len(value.encode())) + value.encode()
    if isinstance(value, str):
        return b'I"' + _length(len(value.encode())) + value.encode() + b"\x06:\x06ET"
    if isinstance(value, bytes):
        return b'"' + _length(len(value)) + value
    if isinstance(value, int):
        if -(1 << 30) <= value < (1 << 30):
            return b"i" + _length(value)
        words = (abs(value).bit_length() + 15) // 16
        return b"l" + (b"+" if value >= 0 else b"-") + _length(words) + abs(value).to_bytes(2 * words, "little")
    if isinstance(value, list):
        return b"[" + _length(len(value)) + b"".join(map(_value, value))
    if isinstance(value, dict):
        return b"{" + _length(len(value)) + b"".join(_value(key) + _value(item) for key, item in value.items())
    raise TypeError(type(value))


def dump(value):
    return b"\x04\x08" + _value(value)
