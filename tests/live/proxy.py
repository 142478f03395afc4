"""A TCP proxy for one address that can be cut, healed and slowed.

    p = Proxy(listen=("127.0.0.1", 0), to=("127.0.0.1", 9092)); p.port
    p.cut()      every connection is closed, new ones are refused
    p.heal()     listens again on the same port
    p.delay = s  every piece waits that long, in both directions
"""
import socket
import threading
import time


class Proxy:
    def __init__(self, listen, to):
        self.listen, self.to, self.delay = listen, to, 0.0
        self._pairs, self._lock, self._server = set(), threading.Lock(), None
        self.connections = 0
        self.heal()

    @property
    def port(self):
        return self.listen[1]

    def heal(self):
        if self._server:
            return
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(self.listen)
        s.listen(128)
        self.listen, self._server = s.getsockname(), s
        threading.Thread(target=self._accept, args=(s,), daemon=True).start()

    def cut(self):
        s, self._server = self._server, None
        if s:
            # A thread blocked in accept() keeps a closed socket listening: shut it down first.
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            self._end(pair)

    close = cut

    def _accept(self, server):
        while True:
            try:
                a, _ = server.accept()
            except OSError:
                return
            try:
                b = socket.create_connection(self.to, 5)
            except OSError:
                a.close()
                continue
            b.settimeout(None)
            for x in (a, b):
                x.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = (a, b)
            with self._lock:
                self._pairs.add(pair)
                self.connections += 1
            for x, y in (pair, pair[::-1]):
                threading.Thread(target=self._pump, args=(x, y, pair), daemon=True).start()

    def _pump(self, a, b, pair):
        try:
            while data := a.recv(65536):
                if self.delay:
                    time.sleep(self.delay)
                b.sendall(data)
        except OSError:
            pass
        with self._lock:
            self._pairs.discard(pair)
        self._end(pair)

    @staticmethod
    def _end(pair):
        for x in pair:
            try:
                x.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            x.close()
