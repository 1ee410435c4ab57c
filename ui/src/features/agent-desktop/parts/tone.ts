/** Two soft notes, half a second, made here: no file to fetch, nothing that startles. Silent where sound is refused. */
let context: AudioContext | undefined;

/** Makes ready what sounds, ahead of the call: a browser may take a tenth of a second over it. */
export function prepareTone(): void {
  try {
    context ??= new AudioContext();
  } catch {
    // A browser without sound shows the call all the same.
  }
}

export function playTone(): void {
  prepareTone();
  if (!context) return;
  try {
    if (context.state === "suspended") void context.resume().catch(() => undefined);
    const start = context.currentTime;
    for (const [index, hertz] of [660, 880].entries()) {
      const note = context.createOscillator();
      const volume = context.createGain();
      note.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start + index * 0.16);
      volume.gain.linearRampToValueAtTime(0.08, start + index * 0.16 + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + index * 0.16 + 0.26);
      note.connect(volume).connect(context.destination);
      note.start(start + index * 0.16);
      note.stop(start + index * 0.16 + 0.3);
    }
  } catch {
    // As above.
  }
}
