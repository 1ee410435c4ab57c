/** What the softphone needs of a SIP library, and JsSIP as that. It is fetched only where somebody has a phone. */
import type { Credentials } from "./phone";

export interface SipSession {
  readonly connection: RTCPeerConnection | undefined;
  isEnded(): boolean;
  answer(options: Sound): void;
  terminate(options?: { status_code?: number }): void;
  sendDTMF(tones: string, options: { transportType: "RFC2833" }): void;
  on(event: "peerconnection", hear: (event: { peerconnection: RTCPeerConnection }) => void): void;
  on(event: "confirmed" | "ended" | "failed", hear: () => void): void;
}

export interface Sound {
  mediaStream: MediaStream;
  pcConfig: RTCConfiguration;
}

/** Why a registration was refused; `response` is absent where none came. */
export interface Refusal {
  cause?: string;
  response?: { status_code: number } | null;
}

export interface SipUa {
  start(): void;
  stop(): void;
  register(): void;
  call(target: string, options: Sound & { eventHandlers: Record<string, (event: never) => void> }): SipSession;
  on(event: "connected" | "registered" | "unregistered" | "disconnected", hear: () => void): void;
  on(event: "registrationFailed", hear: (event: Refusal) => void): void;
  on(event: "newRTCSession", hear: (event: { originator: string; session: SipSession }) => void): void;
}

const RECOVERY_S = { min: 1, max: 20 };
/** A tab that vanished without a word is forgotten by the switch after so long; a closed socket tells it at once. */
const EXPIRES_S = 120;

export async function makeJsSipUa(credentials: Credentials): Promise<SipUa> {
  const { UA, WebSocketInterface } = await import("jssip");
  return new UA({
    sockets: [new WebSocketInterface(credentials.server)],
    uri: credentials.uri,
    authorization_user: credentials.user,
    password: credentials.password,
    realm: credentials.realm,
    register: true,
    register_expires: EXPIRES_S,
    connection_recovery_min_interval: RECOVERY_S.min,
    connection_recovery_max_interval: RECOVERY_S.max,
    user_agent: "Ahize",
  }) as unknown as SipUa;
}
