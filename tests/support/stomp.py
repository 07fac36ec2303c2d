"""A STOMP 1.0 client of a few lines, independent of the project's codec, that can also send what no client should."""
import socket
import time


class Stomp:
    """Connects and logs in; without a login when that is None. ConnectionError: the broker closed instead of an answer."""

    def __init__(self, port, login="mcollective", passcode="marionette", context=None):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self._buffer = b""
        self.send_frame("CONNECT", {"login": login, "passcode": passcode} if login is not None else {})
        answer = self.receive(10)
        if answer is None:
            raise ConnectionError("no answer to CONNECT")
        command, headers, _ = answer
        assert command == "CONNECTED", (command, headers)

    def send_raw(self, data):
        self.socket.sendall(data)

    def send_frame(self, command, headers, body=b""):
        lines = [command, *(f"{key}:{value}" for key, value in headers.items()), f"content-length:{len(body)}", "", ""]
        self.send_raw("\n".join(lines).encode() + body + b"\0")

    def publish(self, destination, body, reply_to=None):
        headers = {"destination": destination}
        if reply_to:
            headers["reply-to"] = reply_to
        self.send_frame("SEND", headers, body)

    def subscribe(self, destination):
        self.send_frame("SUBSCRIBE", {"destination": destination, "id": destination})

    def attempt(self, command, destination, **headers):
        """SEND or SUBSCRIBE with a receipt: None when the broker did it, else what its ERROR frame says."""
        self.send_frame(command, {"destination": destination, "id": destination, "receipt": destination, **headers}, b"")
        answer = self.receive(10)
        assert answer is not None and answer[0] in ("RECEIPT", "ERROR"), answer
        return None if answer[0] == "RECEIPT" else answer[1].get("message", "") + " " + answer[2].decode()

    def receive(self, seconds):
        """The next frame as (command, headers, body), or None when none came in time."""
        deadline = time.monotonic() + seconds
        while True:
            frame = self._take()
            if frame:
                return frame
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            self.socket.settimeout(remaining)
            try:
                data = self.socket.recv(65536)
            except (socket.timeout, TimeoutError):
                return None
            if not data:
                return None
            self._buffer += data

    def _take(self):
        self._buffer = self._buffer.lstrip(b"\n")
        head, separator, rest = self._buffer.partition(b"\n\n")
        if not separator:
            return None
        command, *lines = head.decode().split("\n")
        headers = dict(line.split(":", 1) for line in reversed(lines))
        length = int(headers.get("content-length", -1))
        if length < 0:
            length = rest.find(b"\0")
        if length < 0 or len(rest) < length + 1:
            return None
        self._buffer = rest[length + 1:]
        return command, headers, rest[:length]

    def close(self):
        self.socket.close()
