/** The echo call from its first ring to its verdict: does one's own voice come back, and how well? */
import { gradeOf, type Quality, qualityBetween, sampleOf } from "./quality";
import type { SipSession } from "./sip";
import type { Meter, Speaker } from "./sound";

export type Verdict = "good" | "poor_line" | "microphone_silent" | "nothing_came_back" | "not_reached";

export type Test =
  | { kind: "none" }
  | { kind: "calling" }
  | { kind: "speaking"; remote: MediaStream }
  | { kind: "done"; verdict: Verdict; quality: Quality | null };

interface Run {
  call: (handlers: Record<string, (event: never) => void>) => SipSession;
  local: MediaStream;
  speaker: Speaker;
  meterOf: (stream: MediaStream | null) => Meter;
  tell: (test: Test) => void;
}

const SPEAK_MS = 8_000;
const RINGS_MS = 10_000;
const LOOK_EVERY_MS = 100;
/** Loudness (0 to 1) that a voice passes and a quiet room does not. */
const VOICE = 0.35;

export function isUnderWay(test: Test): boolean {
  return test.kind === "calling" || test.kind === "speaking";
}

/** Returns how to end it early. */
export function runTest({ call, local, speaker, meterOf, tell }: Run): () => void {
  const microphone = meterOf(local);
  let echo: Meter | null = null;
  const loudest = { microphone: 0, echo: 0 };
  let session: SipSession | null = null;
  let over = false;
  let looking: ReturnType<typeof setInterval> | undefined;
  let limit = setTimeout(() => void end("not_reached"), RINGS_MS);

  async function end(verdict?: Verdict): Promise<void> {
    if (over) return;
    over = true;
    clearInterval(looking);
    clearTimeout(limit);
    const quality = verdict ? await qualityOf(session) : null;
    if (session && !session.isEnded()) session.terminate();
    speaker.silence();
    microphone.close();
    echo?.close();
    const poor = verdict === "good" && quality !== null && gradeOf(quality.mos) === "poor";
    tell(verdict ? { kind: "done", verdict: poor ? "poor_line" : verdict, quality } : { kind: "none" });
  }

  tell({ kind: "calling" });
  session = call({
    peerconnection: ({ peerconnection }: { peerconnection: RTCPeerConnection }) =>
      peerconnection.addEventListener("track", (event) => {
        if (over) return;
        const remote = event.streams[0] ?? new MediaStream([event.track]);
        speaker.play(remote);
        echo = meterOf(remote);
        tell({ kind: "speaking", remote });
      }),
    confirmed: () => {
      clearTimeout(limit);
      limit = setTimeout(() => void end(verdictOf(loudest)), SPEAK_MS);
      looking = setInterval(() => {
        loudest.microphone = Math.max(loudest.microphone, microphone.read());
        loudest.echo = Math.max(loudest.echo, echo?.read() ?? 0);
      }, LOOK_EVERY_MS);
    },
    failed: () => void end("not_reached"),
    ended: () => void end(verdictOf(loudest)),
  });
  return () => void end();
}

function verdictOf(loudest: { microphone: number; echo: number }): Verdict {
  if (loudest.microphone < VOICE) return "microphone_silent";
  return loudest.echo < VOICE ? "nothing_came_back" : "good";
}

async function qualityOf(session: SipSession | null): Promise<Quality | null> {
  const report = await session?.connection?.getStats().catch(() => null);
  return report ? qualityBetween(null, sampleOf([...report.values()])) : null;
}
