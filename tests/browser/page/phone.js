// A user's end of calls, as a web page would have it: standard WebRTC and the protocol's rules.

import { Ear, colours, drawn } from "./measure.js";
import { Wire } from "./wire.js";

const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

export class Phone {
  constructor(me, url, dialect) {
    this.me = me;
    this.wire = new Wire(url, dialect, (type, it) => this.hear(type, it));
    this.errors = [];
    this.ringing = null;
    this.ended = null;
    this.busyWith = null;
    this.reset();
  }

  reset() {
    if (this.pc) this.lastTimes = this.times;
    for (const sender of this.pc?.getSenders() ?? []) sender.track?.stop();
    this.pc?.close();
    this.ear?.close();
    this.pc = this.ear = this.peer = null;
    this.early = [];
    this.ignored = false;
    this.kind = "audio";
    this.pictures = 0;
    this.states = [];
    this.began = performance.now();
    this.times = {};
    this.candidates = [];
    this.log = [];
    document.getElementById("remote").srcObject = null;
  }

  note(...what) {
    this.log.push([Math.round(performance.now() - this.began), ...what]);
  }

  // Measure from now on.
  restart() {
    this.began = performance.now();
  }

  mark(name) {
    this.times[name] ??= Math.round(performance.now() - this.began);
  }

  // ---- what the user does

  async call(user, media, kind) {
    this.begin(user);
    this.kind = kind;
    await this.give(media);
    await this.offer();
  }

  async accept(media) {
    const { from, kind, sdp } = this.ringing;
    this.ringing = null;
    this.begin(from);
    this.kind = kind;
    await this.pc.setRemoteDescription(sdp);
    await this.give(media);
    await this.answer();
  }

  decline(reason = "declined") {
    this.wire.send("call.end", this.ringing.from, { reason });
    this.ringing = null;
  }

  hangUp(reason = "hangup") {
    this.wire.send("call.end", this.peer, { reason });
    this.reset();
  }

  // Be as at first, whatever there is.
  rest() {
    if (this.ringing) this.decline();
    if (this.peer) this.hangUp();
    this.ended = this.busyWith = null;
    document.body.classList.remove("shared");
  }

  // Begin to send something within the call.
  async add(media, kind = "video") {
    this.kind = kind;
    await this.give(media);
    await this.offer();
  }

  // ---- media

  async give(media) {
    for (const what of media) {
      const stream = await this.open(what);
      for (const track of stream.getTracks()) this.pc.addTrack(track, stream);
    }
  }

  async open(what) {
    if (what === "microphone") return navigator.mediaDevices.getUserMedia({ audio: PLAIN });
    if (what === "camera") return navigator.mediaDevices.getUserMedia({ video: true });
    if (what === "drawn") return drawn(900, [200, 30, 90], [20, 110, 180]);
    if (what === "sound") return new MediaStream(drawn(900, [0, 0, 0], [0, 0, 0]).getAudioTracks());
    document.body.classList.add("shared");
    return navigator.mediaDevices.getDisplayMedia({ video: true, preferCurrentTab: true });
  }

  begin(user) {
    this.reset();
    this.peer = user;
    this.ended = null;
    this.pc = new RTCPeerConnection({ iceServers: [] });
    this.pc.onicecandidate = ({ candidate }) => {
      if (candidate) this.candidates.push(candidate.candidate);
      this.wire.send("call.ice", user, { candidate: candidate?.toJSON() ?? null });
    };
    this.pc.ontrack = ({ track }) => this.receive(track);
    this.pc.onconnectionstatechange = () => {
      this.states.push(this.pc.connectionState);
      if (this.pc.connectionState === "connected") this.mark("connected");
    };
  }

  receive(track) {
    this.note("track", track.kind);
    if (track.kind === "audio") {
      this.ear = new Ear(track);
      return;
    }
    const video = document.getElementById("remote");
    video.srcObject = new MediaStream([track]);
    const count = () => {
      // Before the first picture of the other side, the browser may show a black one of its own.
      if (!this.pictures && this.colours(8).flat().every((part) => part < 40)) {
        video.requestVideoFrameCallback(count);
        return;
      }
      this.pictures++;
      this.mark("picture");
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  }

  // ---- descriptions

  async offer() {
    await this.pc.setLocalDescription();
    this.wire.send("call.offer", this.peer, { kind: this.kind, sdp: this.pc.localDescription });
  }

  async answer() {
    await this.pc.setLocalDescription();
    this.wire.send("call.answer", this.peer, { sdp: this.pc.localDescription });
    await this.addEarly();
  }

  async hear(type, it) {
    try {
      await this[type.replace("call.", "on_")](it);
    } catch (error) {
      this.errors.push(`${type}: ${error}`);
    }
  }

  async on_offer(it) {
    if (this.peer === null) {
      this.ringing = it;
      this.early = [];
      return;
    }
    if (it.from !== this.peer) {
      this.busyWith = it.from;
      this.wire.send("call.end", it.from, { reason: "busy" });
      return;
    }
    // Both offered at once: the offer of the user whose id sorts first stands.
    if (this.pc.signalingState !== "stable") {
      if (this.me < it.from) {
        this.ignored = true;
        return;
      }
      if (!this.pc.currentRemoteDescription) {
        // Both called: this one's call is dropped for theirs.
        const tracks = this.pc.getSenders().map((sender) => sender.track?.clone()).filter(Boolean);
        this.begin(it.from);
        for (const track of tracks) this.pc.addTrack(track);
      }
    }
    await this.pc.setRemoteDescription(it.sdp);
    await this.answer();
  }

  async on_answer(it) {
    if (it.from !== this.peer) return;
    await this.pc.setRemoteDescription(it.sdp);
    await this.addEarly();
  }

  async on_ice(it) {
    if (it.from !== this.peer && it.from !== this.ringing?.from) return;
    this.early.push(it.candidate);
    if (this.pc?.remoteDescription) await this.addEarly();
  }

  async addEarly() {
    for (const candidate of this.early.splice(0)) {
      try {
        await this.pc.addIceCandidate(candidate ?? undefined);
      } catch (error) {
        // One of an offer that was ignored belongs to nothing.
        if (!this.ignored) throw error;
      }
    }
  }

  on_end(it) {
    if (it.from !== this.peer && it.from !== this.ringing?.from) return;
    this.ringing = null;
    this.reset();
    this.ended = it.reason;
  }

  // ---- what can be measured

  // What was last agreed on for a kind of media, as seen from here.
  remoteDirection(kind) {
    return this.pc.getTransceivers().find((it) => it.receiver.track.kind === kind)?.currentDirection;
  }

  hertz() {
    const hertz = this.ear?.hertz() ?? 0;
    if (hertz) this.mark("sound");
    return hertz;
  }

  colours(count, height) {
    return colours(document.getElementById("remote"), count, height);
  }

  async report() {
    const found = { log: this.log, errors: this.errors, states: this.states, times: this.times, pictures: this.pictures };
    found.candidates = this.candidates;
    if (!this.pc) return found;
    found.hertz = this.hertz();
    found.colours = this.colours(8);
    for (const stat of (await this.pc.getStats()).values()) {
      if (stat.type === "inbound-rtp") {
        found[`in ${stat.kind}`] = { packets: stat.packetsReceived, lost: stat.packetsLost, frames: stat.framesDecoded };
      }
    }
    return found;
  }
}
