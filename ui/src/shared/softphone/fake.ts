/** A made-up switch, microphone and loudspeaker for the tests of this folder. Nothing that runs imports it. */
import type { Media } from "./devices";
import type { Credentials } from "./phone";
import type { SipUa, Sound } from "./sip";
import type { Outside } from "./softphone";

type Hear = (event?: unknown) => void;

class Emitter {
  #hears = new Map<string, Hear[]>();

  on(event: string, hear: unknown): void {
    this.#hears.set(event, [...(this.#hears.get(event) ?? []), hear as Hear]);
  }

  tell(event: string, about?: unknown): void {
    for (const hear of this.#hears.get(event) ?? []) hear(about);
  }
}

class Connection extends EventTarget {
  connectionState = "connected";
  replaced: unknown[] = [];
  report: Record<string, unknown>[] = [];

  getSenders() {
    return [{ track: { kind: "audio" }, replaceTrack: async (track: unknown) => void this.replaced.push(track) }];
  }

  getStats() {
    return Promise.resolve(new Map(this.report.map((one, index) => [String(index), one])));
  }

  hear(): void {
    this.dispatchEvent(Object.assign(new Event("track"), { streams: [new Stream()], track: {} }));
  }

  fail(): void {
    this.connectionState = "failed";
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

export class Session extends Emitter {
  readonly line = new Connection();
  answered: Sound[] = [];
  sent: string[] = [];
  over = false;

  get connection() {
    return this.line;
  }

  isEnded() {
    return this.over;
  }

  answer(sound: Sound) {
    this.answered.push(sound);
    this.tell("peerconnection", { peerconnection: this.line });
  }

  /** The other side acknowledges: sound flows. */
  confirm() {
    this.line.hear();
    this.tell("confirmed");
  }

  terminate() {
    this.over = true;
    this.tell("ended");
  }

  sendDTMF(tones: string) {
    this.sent.push(tones);
  }
}

export class Switch extends Emitter {
  readonly credentials: Credentials;
  started = false;
  stopped = false;
  registers = 0;
  called: { target: string; session: Session }[] = [];

  constructor(credentials: Credentials) {
    super();
    this.credentials = credentials;
  }

  start() {
    this.started = true;
  }

  stop() {
    this.stopped = true;
  }

  register() {
    this.registers += 1;
  }

  call(target: string, { eventHandlers }: { eventHandlers: Record<string, Hear> }) {
    const session = new Session();
    for (const [event, hear] of Object.entries(eventHandlers)) session.on(event, hear);
    this.called.push({ target, session });
    session.tell("peerconnection", { peerconnection: session.line });
    return session;
  }

  ring(): Session {
    const session = new Session();
    this.tell("newRTCSession", { originator: "remote", session });
    return session;
  }
}

class Track extends EventTarget {
  kind = "audio";
  enabled = true;
  stopped = false;

  stop() {
    this.stopped = true;
  }
}

export class Stream {
  readonly track = new Track();
  getTracks = () => [this.track];
  getAudioTracks = () => [this.track];
}

export interface Stage {
  outside: Outside;
  /** One for each time that somebody registered. */
  switches: Switch[];
  streams: Stream[];
  asked: MediaStreamConstraints[];
  speakers: { played: unknown[]; device: string }[];
  /** What the browser does when the microphone is asked for; null opens it. */
  refuses: { with: string | null };
  /** How loud everything is. */
  loud: { value: number };
  plug: () => void;
}

export function aStage(): Stage {
  const stage: Stage = {
    switches: [],
    streams: [],
    asked: [],
    speakers: [],
    refuses: { with: null },
    loud: { value: 0.6 },
    plug: () => {},
    outside: {
      makeUa: async (credentials) => {
        const made = new Switch(credentials);
        stage.switches.push(made);
        return made as unknown as SipUa;
      },
      media: {
        open: async (constraints) => {
          stage.asked.push(constraints);
          if (stage.refuses.with) throw new DOMException("no", stage.refuses.with);
          const stream = new Stream();
          stage.streams.push(stream);
          return stream as unknown as MediaStream;
        },
        list: async () => [
          { deviceId: "default", kind: "audioinput", label: "Default" },
          { deviceId: "headset", kind: "audioinput", label: "Headset" },
          { deviceId: "desk", kind: "audiooutput", label: "Desk speaker" },
        ],
        onChange: (told) => {
          stage.plug = told;
          return () => {
            stage.plug = () => {};
          };
        },
      } satisfies Media,
      makeSpeaker: () => {
        const speaker = { played: [] as unknown[], device: "" };
        stage.speakers.push(speaker);
        return {
          play: (stream) => void speaker.played.push(stream),
          silence: () => {},
          use: (device) => {
            speaker.device = device;
          },
        };
      },
      meterOf: () => ({ read: () => stage.loud.value, close: () => {} }),
      chance: () => 1,
    },
  };
  return stage;
}

export const CREDENTIALS: Credentials = {
  server: "wss://desk.example/sip",
  uri: "sip:seat-1@ahize",
  user: "seat-1",
  password: "once",
  realm: "ahize",
  iceServers: [],
  echo: "sip:echo@ahize",
};
