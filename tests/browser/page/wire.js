// The signalling of calls in both dialects, written from the protocol's tables and nothing else.

const STANDARD = {
  write: {
    "call.offer": (to, it) => ({ target_id: to, call_type: it.kind, sdp: it.sdp }),
    "call.answer": (to, it) => ({ target_id: to, sdp: it.sdp }),
    "call.ice": (to, it) => ({ target_id: to, candidate: it.candidate }),
    "call.end": (to, it) => ({ target_id: to, reason: it.reason }),
  },
  read: (data) => ({
    from: data.from_user,
    kind: data.call_type,
    sdp: data.sdp,
    candidate: data.candidate,
    reason: data.reason,
  }),
};

const GOCONNECT = {
  write: {
    "call.offer": (to, it) => ({ targetId: to, callType: it.kind, signal: it.sdp }),
    "call.answer": (to, it) => ({ targetId: to, signal: it.sdp }),
    "call.ice": (to, it) => ({ targetId: to, signal: it.candidate }),
    "call.end": (to, it) => ({ targetId: to, signal: { reason: it.reason } }),
  },
  read: (data) => ({
    from: data.fromUser,
    kind: data.callType,
    sdp: data.signal,
    candidate: data.signal,
    reason: data.signal?.reason,
  }),
};

const DIALECTS = { standard: STANDARD, goconnect: GOCONNECT };

export class Wire {
  // `hear(type, {from, kind, sdp, candidate, reason})` is called for each signal, one after the other.
  constructor(url, dialect, hear) {
    this.dialect = DIALECTS[dialect];
    this.count = 0;
    this.held = null;
    this.queue = Promise.resolve();
    this.socket = new WebSocket(url);
    this.opened = new Promise((done, failed) => {
      this.socket.onopen = done;
      this.socket.onerror = failed;
    });
    this.socket.onmessage = (message) => {
      for (const line of message.data.split("\n")) {
        if (!line.trim()) continue;
        const { type, data } = JSON.parse(line);
        if (type === "presence.pong") this.answered?.();
        if (!(type in this.dialect.write)) continue;
        if (this.held) this.held.push([type, data]);
        else this.take(type, data);
      }
    };
    this.hear = hear;
  }

  take(type, data) {
    this.queue = this.queue.then(() => this.hear(type, this.dialect.read(data)));
  }

  // Leave what comes unheard, as if it were still on its way.
  hold() {
    this.held = [];
  }

  waiting(type) {
    return this.held.some((signal) => signal[0] === type);
  }

  release() {
    const held = this.held;
    this.held = null;
    for (const signal of held) this.take(...signal);
  }

  send(type, to, it) {
    const data = this.dialect.write[type](to, it);
    this.write(type, data);
  }

  // Wait until the server has answered, behind all that it has sent so far.
  beat() {
    return new Promise((done) => {
      this.answered = done;
      this.write("presence.ping", {});
    });
  }

  say(scope, body) {
    this.write("chat.send", { scope, body });
  }

  write(type, data) {
    this.socket.send(JSON.stringify({ type, op_id: `page-${++this.count}`, data }));
  }
}
