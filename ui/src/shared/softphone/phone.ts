/**
 * A telephone in the browser, as one union: what it is doing, read from what is known of it.
 *
 * Rule 1: whatever the screen says of the phone follows from these facts.
 * Rule 2: this file knows no SIP, no browser and no timer.
 */

/** Why nobody can be heard. */
export type Lost =
  | "no_address"
  | "insecure_page"
  | "no_webrtc"
  | "microphone_refused"
  | "no_microphone"
  | "microphone_busy"
  | "microphone_gone"
  | "server_unreachable"
  | "wrong_credentials"
  | "server_refused"
  | "no_way_for_sound";

export type PhoneState =
  | { kind: "off" }
  | { kind: "connecting" }
  /** The server knows where to ring; no line is up. */
  | { kind: "ready" }
  | { kind: "ringing" }
  /** The line to the switch is up, whether or not a person is on it. `signal`: could it be rung again if it fell? */
  | { kind: "talking"; since: number; signal: boolean }
  /** `again`: it tries by itself; where it does not, somebody must do something first. */
  | { kind: "lost"; why: Lost; again: boolean };

export interface Facts {
  wanted: boolean;
  registered: boolean;
  leg: { up: false } | { up: true; since: number } | null;
  trouble: { why: Lost; again: boolean } | null;
}

export function stateOf({ wanted, registered, leg, trouble }: Facts): PhoneState {
  if (!wanted) return { kind: "off" };
  if (leg?.up) return { kind: "talking", since: leg.since, signal: registered };
  if (leg) return { kind: "ringing" };
  if (trouble) return { kind: "lost", ...trouble };
  return registered ? { kind: "ready" } : { kind: "connecting" };
}

/** How to reach the switch, for one login; it dies with the login. */
export interface Credentials {
  /** The socket's address, `wss://…`; empty where the administrator has named none. */
  server: string;
  /** Our own address there, `sip:seat-…@…`. */
  uri: string;
  user: string;
  password: string;
  realm: string;
  /** Servers that help sound through routers; usually none. */
  iceServers: readonly { urls: string | string[]; username?: string; credential?: string }[];
  /** Where one's own voice comes back. */
  echo: string;
}

/** Milliseconds before the next try: 1 s, 2 s, 4 s … 30 s, spread so that a whole floor does not come back at once. */
export function waitMs(failures: number, chance: number): number {
  return Math.min(1_000 * 2 ** failures, 30_000) * (0.5 + chance / 2);
}
