// What really arrives: the pitch of a sound, and the colours of a picture.

export class Ear {
  constructor(track) {
    const stream = new MediaStream([track]);
    // Chromium lets no sound of a connection through to Web Audio before an element plays it.
    this.element = new Audio();
    this.element.srcObject = stream;
    this.element.muted = true;
    this.element.play().catch(() => {});
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 8192;
    this.analyser.smoothingTimeConstant = 0;
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.levels = new Float32Array(this.analyser.frequencyBinCount);
  }

  // Hertz of the loudest frequency now; 0 where it is quiet.
  hertz() {
    this.analyser.getFloatFrequencyData(this.levels);
    let loudest = 1;
    for (let i = 1; i < this.levels.length; i++) if (this.levels[i] > this.levels[loudest]) loudest = i;
    if (this.levels[loudest] < -60) return 0;
    return (loudest * this.context.sampleRate) / this.analyser.fftSize;
  }

  close() {
    this.element.srcObject = null;
    this.context.close();
  }
}

// Red, green and blue in the middle of each of `count` columns, at a height from 0 to 1.
export function colours(video, count, height = 0.4) {
  if (!video.videoWidth) return [];
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0);
  const found = [];
  for (let i = 0; i < count; i++) {
    const x = Math.round(((i + 0.5) / count) * canvas.width);
    const y = Math.round(height * canvas.height);
    found.push(Array.from(pen.getImageData(x, y, 1, 1).data.slice(0, 3)));
  }
  return found;
}

// A stream that needs no permission: a sine, and two colours side by side.
export function drawn(hertz, left, right) {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const out = context.createMediaStreamDestination();
  tone.frequency.value = hertz;
  tone.connect(out);
  tone.start();
  const canvas = document.createElement("canvas");
  canvas.width = 320;
  canvas.height = 180;
  const pen = canvas.getContext("2d");
  let count = 0;
  const paint = () => {
    pen.fillStyle = `rgb(${left})`;
    pen.fillRect(0, 0, 160, 180);
    pen.fillStyle = `rgb(${right})`;
    pen.fillRect(160, 0, 160, 180);
    // A canvas gives a frame when something was painted; a changing corner makes each one new.
    pen.fillStyle = count++ % 2 ? "black" : "white";
    pen.fillRect(0, 176, 4, 4);
  };
  paint();
  setInterval(paint, 66);
  return new MediaStream([...out.stream.getAudioTracks(), ...canvas.captureStream(15).getVideoTracks()]);
}
