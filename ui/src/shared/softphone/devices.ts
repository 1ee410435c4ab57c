/** Microphones, speakers and what was chosen of them in this browser. The browser's refusals become our words here. */
import type { Lost } from "./phone";

export type Use = "microphone" | "speaker" | "ringer";

/** A device's id for each use; empty means the system's own choice. */
export type Chosen = Readonly<Record<Use, string>>;

export interface Device {
  id: string;
  name: string;
}

export type Devices = Readonly<Record<Use, readonly Device[]>>;

export const NO_DEVICES: Devices = { microphone: [], speaker: [], ringer: [] };

const KEPT = "ahize.sound";
const NOTHING: Chosen = { microphone: "", speaker: "", ringer: "" };

export function keptChoice(): Chosen {
  try {
    const it = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Record<Use, unknown>>;
    const idOf = (use: Use) => (typeof it[use] === "string" ? it[use] : "");
    return { microphone: idOf("microphone"), speaker: idOf("speaker"), ringer: idOf("ringer") };
  } catch {
    return NOTHING;
  }
}

export function keepChoice(chosen: Chosen): void {
  localStorage.setItem(KEPT, JSON.stringify(chosen));
}

export class MicrophoneLost extends Error {
  readonly why: Lost;

  constructor(why: Lost) {
    super(why);
    this.name = "MicrophoneLost";
    this.why = why;
  }
}

/** The browser's part, so that a test can play it. */
export interface Media {
  open(constraints: MediaStreamConstraints): Promise<MediaStream>;
  list(): Promise<readonly Pick<MediaDeviceInfo, "deviceId" | "kind" | "label">[]>;
  onChange(told: () => void): () => void;
}

/** A page that is not served over https (or from this very machine) is given no microphone by any browser. */
export const browserMedia: Media = {
  async open(constraints) {
    if (typeof RTCPeerConnection === "undefined") throw new MicrophoneLost("no_webrtc");
    if (!navigator.mediaDevices) throw new MicrophoneLost("insecure_page");
    return navigator.mediaDevices.getUserMedia(constraints);
  },
  async list() {
    return (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  },
  onChange(told) {
    navigator.mediaDevices?.addEventListener("devicechange", told);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", told);
  },
};

/** The chosen microphone, or the system's where the chosen one is not plugged in. */
export async function openMicrophone(media: Media, id: string): Promise<MediaStream> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    if (id) return await media.open({ audio: { ...audio, deviceId: { exact: id } } });
  } catch (error) {
    if (!["OverconstrainedError", "NotFoundError"].includes(nameOf(error))) throw lostOf(error);
  }
  try {
    return await media.open({ audio });
  } catch (error) {
    throw lostOf(error);
  }
}

function lostOf(error: unknown): MicrophoneLost {
  if (error instanceof MicrophoneLost) return error;
  switch (nameOf(error)) {
    case "NotAllowedError":
    case "SecurityError":
      return new MicrophoneLost("microphone_refused");
    case "NotFoundError":
    case "OverconstrainedError":
      return new MicrophoneLost("no_microphone");
    default:
      return new MicrophoneLost("microphone_busy");
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "";
}

/** What may be chosen, by name. The system's own choice is not in it: that is the empty one. */
export async function devicesOf(media: Media): Promise<Devices> {
  const all = await media.list();
  const named = (kind: MediaDeviceKind): Device[] =>
    all
      .filter(
        (one) => one.kind === kind && one.label !== "" && !["", "default", "communications"].includes(one.deviceId),
      )
      .map((one) => ({ id: one.deviceId, name: one.label }));
  const speakers = named("audiooutput");
  return { microphone: named("audioinput"), speaker: speakers, ringer: speakers };
}
