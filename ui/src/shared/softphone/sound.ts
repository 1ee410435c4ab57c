/** What is heard and how loud it is. Every call here may find a browser without sound: then it is silent, not broken. */

interface Sinkable {
  readonly sinkId?: unknown;
  setSinkId?: (id: string) => Promise<void>;
}

/** One loudspeaker for one stream at a time. */
export interface Speaker {
  play(stream: MediaStream): void;
  silence(): void;
  use(device: string): void;
}

export function makeSpeaker(): Speaker {
  const element = new Audio();
  element.autoplay = true;
  const start = () => void element.play().catch(wait);
  /** A browser that wants a gesture first gets the next one. */
  function wait(): void {
    for (const gesture of ["keydown", "pointerdown"]) window.addEventListener(gesture, start, { once: true });
  }
  return {
    play(stream) {
      element.srcObject = stream;
      start();
    },
    silence() {
      element.srcObject = null;
    },
    use(device) {
      // A device that has been unplugged is refused; what played before goes on.
      void (element as Sinkable).setSinkId?.(device).catch(() => undefined);
    },
  };
}

let context: AudioContext | undefined;

function audioContext(): AudioContext | undefined {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") void context.resume().catch(() => undefined);
  } catch {
    // A browser without sound shows the call all the same.
  }
  return context;
}

/** Makes ready what sounds, ahead of the call: a browser may take a tenth of a second over it. */
export function prepareTone(device = ""): void {
  const sound = audioContext() as Sinkable | undefined;
  if (sound?.sinkId !== device) void sound?.setSinkId?.(device).catch(() => undefined);
}

/** Two soft notes, half a second, made here: no file to fetch, nothing that startles. */
export function playTone(): void {
  const sound = audioContext();
  if (!sound) return;
  try {
    const start = sound.currentTime;
    for (const [index, hertz] of [660, 880].entries()) {
      const note = sound.createOscillator();
      const volume = sound.createGain();
      note.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start + index * 0.16);
      volume.gain.linearRampToValueAtTime(0.08, start + index * 0.16 + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + index * 0.16 + 0.26);
      note.connect(volume).connect(sound.destination);
      note.start(start + index * 0.16);
      note.stop(start + index * 0.16 + 0.3);
    }
  } catch {
    // As above.
  }
}

/** How loud a stream is now, 0 to 1; a voice is about a half. */
export interface Meter {
  read(): number;
  close(): void;
}

const SILENT: Meter = { read: () => 0, close: () => {} };

export function meterOf(stream: MediaStream | null): Meter {
  if (!stream || stream.getAudioTracks().length === 0) return SILENT;
  try {
    const sound = audioContext();
    if (!sound) return SILENT;
    const source = sound.createMediaStreamSource(stream);
    const analyser = sound.createAnalyser();
    analyser.fftSize = 1024;
    source.connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    return {
      read() {
        analyser.getFloatTimeDomainData(wave);
        return loudness(wave);
      },
      close: () => source.disconnect(),
    };
  } catch {
    return SILENT;
  }
}

const FLOOR_DB = -60;

/** The wave's root mean square on a scale that ears would draw: −60 dB is 0, full scale 1. */
export function loudness(wave: Float32Array): number {
  let sum = 0;
  for (const value of wave) sum += value * value;
  const rms = Math.sqrt(sum / Math.max(1, wave.length));
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(rms)) / FLOOR_DB));
}
