/**
 * The telephone in the browser: eight verbs over SIP and WebRTC.
 *
 * The switch rings it once it has registered; it answers by itself and keeps that line up between calls, so that a
 * person is joined without ringing again. Nothing is registered without a microphone: who could not be heard is not
 * rung. Codec and cipher are the browser's own: Opus over DTLS-SRTP.
 */
import {
  type Chosen,
  type Devices,
  devicesOf,
  keepChoice,
  keptChoice,
  type Media,
  MicrophoneLost,
  NO_DEVICES,
  openMicrophone,
} from "./devices";
import { isUnderWay, runTest, type Test } from "./echo";
import { type Credentials, type Facts, type Lost, type PhoneState, stateOf, waitMs } from "./phone";
import { type Quality, qualityBetween, type Sample, sampleOf } from "./quality";
import type { Refusal, SipSession, SipUa, Sound } from "./sip";
import type { Meter, Speaker } from "./sound";

export interface Phone {
  state: PhoneState;
  muted: boolean;
  quality: Quality | null;
  test: Test;
  devices: Devices;
  chosen: Chosen;
  /** For level meters: what goes out and what comes in. */
  local: MediaStream | null;
  remote: MediaStream | null;
}

/** What stands outside: the SIP library, the browser's media, and chance. */
export interface Outside {
  makeUa: (credentials: Credentials) => Promise<SipUa>;
  media: Media;
  makeSpeaker: () => Speaker;
  meterOf: (stream: MediaStream | null) => Meter;
  chance: () => number;
}

const LOOK_EVERY_MS = 2_000;
/** The switch learns of new credentials a moment after us; after so many refusals they are wrong. */
const TRIES_WITH_CREDENTIALS = 4;
/** Refusals that no waiting mends: unauthorized, forbidden, not found, proxy authentication. */
const NOT_LET_IN = [401, 403, 404, 407];

export class Softphone {
  readonly #outside: Outside;
  readonly #speaker: Speaker;
  readonly #listeners = new Set<() => void>();
  #facts: Facts = { wanted: false, registered: false, leg: null, trouble: null };
  #phone: Phone;
  #credentials: Credentials | null = null;
  #ua: SipUa | null = null;
  #leg: SipSession | null = null;
  #sample: Sample | null = null;
  #failures = 0;
  #soundless = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  /** Which connect() this is: what an older one still waits for is nobody's any more. */
  #turn = 0;
  #stopWatching: (() => void) | undefined;
  #endTest: () => void = () => {};

  constructor(outside: Outside) {
    this.#outside = outside;
    this.#speaker = outside.makeSpeaker();
    this.#phone = {
      state: { kind: "off" },
      muted: false,
      quality: null,
      test: { kind: "none" },
      devices: NO_DEVICES,
      chosen: keptChoice(),
      local: null,
      remote: null,
    };
    this.#speaker.use(this.#phone.chosen.speaker);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = (): Phone => this.#phone;

  // ── the eight verbs ──────────────────────────────────────────────────────────────────────────────────────────────

  /** Opens the microphone and registers; also what "try again" does, with the same or newer credentials. */
  async connect(credentials: Credentials): Promise<void> {
    this.#failures = 0;
    this.#soundless = 0;
    await this.#begin(credentials);
  }
  disconnect(): void {
    this.#takeDown();
    this.#credentials = null;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    for (const track of this.#phone.local?.getTracks() ?? []) track.stop();
    this.#show({ local: null, muted: false, test: { kind: "none" } });
    this.#know({ wanted: false, trouble: null });
  }

  /** The switch's call is taken by itself; this takes one that could not be taken at once. */
  answer(): void {
    const { local } = this.#phone;
    if (!this.#leg || !local || this.#facts.leg?.up) return;
    this.#leg.answer(this.#sound(local));
  }

  /** Puts the line to the switch down, or ends a test. The person on it is hung up by the seat, not by its phone. */
  hangUp(): void {
    const { test } = this.#phone;
    if (isUnderWay(test)) this.#endTest();
    else if (test.kind === "done") this.#show({ test: { kind: "none" } });
    else this.#leg?.terminate();
  }

  mute(on: boolean): void {
    for (const track of this.#phone.local?.getAudioTracks() ?? []) track.enabled = !on;
    this.#show({ muted: on });
  }

  /** Digits, `*` and `#`, in the sound of the line itself (RFC 4733). */
  sendDigits(digits: string): void {
    if (this.#facts.leg?.up && /^[0-9*#A-D]+$/i.test(digits)) {
      this.#leg?.sendDTMF(digits, { transportType: "RFC2833" });
    }
  }

  async chooseDevices(change: Partial<Chosen>): Promise<void> {
    const chosen = { ...this.#phone.chosen, ...change };
    keepChoice(chosen);
    this.#show({ chosen });
    this.#speaker.use(chosen.speaker);
    if (change.microphone === undefined || !this.#facts.wanted) return;
    try {
      await this.#openMicrophone(this.#turn);
    } catch (error) {
      this.#loseMicrophone(error instanceof MicrophoneLost ? error.why : "microphone_busy");
    }
  }

  /** Calls the switch's echo: speak, and hear yourself. What came of it stands in the snapshot. */
  test(): void {
    const { local, test, chosen } = this.#phone;
    const ua = this.#ua;
    const echo = this.#credentials?.echo;
    if (!ua || !echo || !local || !this.#facts.registered || isUnderWay(test)) return;
    this.mute(false);
    const speaker = this.#outside.makeSpeaker();
    speaker.use(chosen.speaker);
    this.#endTest = runTest({
      call: (eventHandlers) => ua.call(echo, { ...this.#sound(local), eventHandlers }),
      local,
      speaker,
      meterOf: this.#outside.meterOf,
      tell: (said) => this.#show({ test: said }),
    });
  }

  // ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────

  async #begin(credentials: Credentials): Promise<void> {
    this.#takeDown();
    const turn = this.#turn;
    this.#credentials = credentials;
    this.#know({ wanted: true, trouble: null });
    // An empty address would make the browser knock at the page's own door, where no telephone switch is.
    if (!credentials.server) return this.#lose("no_address", false);
    this.#stopWatching ??= this.#outside.media.onChange(() => void this.#devicesChanged());
    try {
      if (!this.#phone.local) await this.#openMicrophone(turn);
    } catch (error) {
      if (turn === this.#turn) this.#lose(error instanceof MicrophoneLost ? error.why : "microphone_busy", false);
      return;
    }
    const ua = await this.#outside.makeUa(credentials).catch(() => null);
    if (turn !== this.#turn) return;
    if (!ua) {
      this.#lose("server_unreachable", true);
      this.#beginSoon(this.#failures++);
      return;
    }
    this.#wire(ua, turn);
    ua.start();
  }

  #beginSoon(failures: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(
      () => this.#credentials && void this.#begin(this.#credentials),
      waitMs(failures, this.#outside.chance()),
    );
  }

  #wire(ua: SipUa, turn: number): void {
    const now = <Heard extends unknown[]>(hear: (...heard: Heard) => void) => {
      return (...heard: Heard) => {
        if (turn === this.#turn) hear(...heard);
      };
    };
    const registered = () => {
      this.#failures = 0;
      this.#know({ registered: true, trouble: null });
    };
    // The library opens the socket again by itself, and registers anew.
    const cutOff = () => {
      this.#know({ registered: false });
      this.#lose("server_unreachable", true);
    };
    this.#ua = ua;
    ua.on("registered", now(registered));
    ua.on(
      "unregistered",
      now(() => this.#know({ registered: false })),
    );
    ua.on("disconnected", now(cutOff));
    ua.on(
      "registrationFailed",
      now((refusal: Refusal) => this.#refused(refusal)),
    );
    ua.on(
      "newRTCSession",
      now(({ originator, session }: { originator: string; session: SipSession }) => {
        if (originator === "remote") this.#take(session);
      }),
    );
  }

  #refused({ response }: Refusal): void {
    this.#failures += 1;
    this.#know({ registered: false });
    const barred = response ? NOT_LET_IN.includes(response.status_code) : false;
    const again = !barred || this.#failures < TRIES_WITH_CREDENTIALS;
    this.#lose(barred ? "wrong_credentials" : response ? "server_refused" : "server_unreachable", again);
    clearTimeout(this.#retry);
    if (!again) return;
    this.#retry = setTimeout(() => this.#ua?.register(), waitMs(this.#failures - 1, this.#outside.chance()));
  }

  /** The switch rings: it is the one to know which line counts, so an older one is let go. */
  #take(session: SipSession): void {
    const before = this.#leg;
    this.#leg = session;
    if (before && !before.isEnded()) before.terminate();
    this.#know({ leg: { up: false } });
    session.on("peerconnection", ({ peerconnection }) => this.#listenTo(peerconnection, session));
    session.on("confirmed", () => {
      if (this.#leg !== session) return;
      this.#know({ leg: { up: true, since: Date.now() }, trouble: null });
      this.#sample = null;
      clearInterval(this.#looking);
      this.#looking = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    });
    for (const end of ["ended", "failed"] as const) session.on(end, () => this.#ended(session));
    this.answer();
  }

  #ended(session: SipSession): void {
    if (this.#leg !== session) return;
    this.#leg = null;
    clearInterval(this.#looking);
    this.#speaker.silence();
    this.#show({ quality: null, remote: null });
    this.#know({ leg: null });
  }

  #listenTo(connection: RTCPeerConnection, session: SipSession): void {
    connection.addEventListener("track", (event) => {
      if (this.#leg !== session) return;
      const remote = event.streams[0] ?? new MediaStream([event.track]);
      this.#speaker.play(remote);
      this.#show({ remote });
    });
    connection.addEventListener("connectionstatechange", () => {
      if (connection.connectionState !== "failed" || this.#leg !== session) return;
      // Who registers again is rung again: perhaps sound finds its way then.
      session.terminate();
      this.#lose("no_way_for_sound", true);
      this.#beginSoon(this.#soundless++);
    });
  }

  async #look(): Promise<void> {
    const leg = this.#leg;
    const report = await leg?.connection?.getStats().catch(() => null);
    if (!report || leg !== this.#leg) return;
    const sample = sampleOf([...report.values()]);
    const quality = qualityBetween(this.#sample, sample);
    this.#sample = sample;
    if (!quality) return;
    this.#soundless = 0;
    this.#show({ quality });
  }

  // ── the microphone ───────────────────────────────────────────────────────────────────────────────────────────────

  async #openMicrophone(turn: number): Promise<void> {
    const { media } = this.#outside;
    const local = await openMicrophone(media, this.#phone.chosen.microphone);
    if (turn !== this.#turn || !this.#facts.wanted) {
      for (const track of local.getTracks()) track.stop();
      return;
    }
    const before = this.#phone.local;
    const [track] = local.getAudioTracks();
    if (track) {
      track.enabled = !this.#phone.muted;
      track.addEventListener("ended", () => void this.#microphoneEnded(local));
      for (const sender of this.#leg?.connection?.getSenders() ?? []) {
        if (sender.track?.kind === "audio") await sender.replaceTrack(track);
      }
    }
    for (const old of before?.getTracks() ?? []) old.stop();
    this.#show({ local, devices: await devicesOf(media) });
  }

  /** Unplugged: another microphone takes its place, and where there is none the line goes, so that nobody is silent. */
  async #microphoneEnded(stream: MediaStream): Promise<void> {
    if (this.#phone.local !== stream) return;
    try {
      await this.#openMicrophone(this.#turn);
    } catch {
      this.#loseMicrophone("microphone_gone");
    }
  }

  #loseMicrophone(why: Lost): void {
    this.#takeDown();
    for (const track of this.#phone.local?.getTracks() ?? []) track.stop();
    this.#show({ local: null });
    this.#lose(why, false);
  }

  async #devicesChanged(): Promise<void> {
    this.#show({ devices: await devicesOf(this.#outside.media) });
    this.#speaker.use(this.#phone.chosen.speaker);
    const { trouble, wanted } = this.#facts;
    const wantsOne = trouble?.why === "no_microphone" || trouble?.why === "microphone_gone";
    if (wanted && wantsOne && this.#credentials) await this.connect(this.#credentials);
  }

  // ── small things ─────────────────────────────────────────────────────────────────────────────────────────────────

  #sound(mediaStream: MediaStream): Sound {
    return { mediaStream, pcConfig: { iceServers: [...(this.#credentials?.iceServers ?? [])] } };
  }

  /** Everything that stands on the wire goes; the microphone stays open. */
  #takeDown(): void {
    this.#turn += 1;
    clearTimeout(this.#retry);
    clearInterval(this.#looking);
    if (isUnderWay(this.#phone.test)) this.#endTest();
    const leg = this.#leg;
    this.#leg = null;
    if (leg && !leg.isEnded()) leg.terminate();
    this.#ua?.stop();
    this.#ua = null;
    this.#speaker.silence();
    this.#show({ quality: null, remote: null });
    this.#know({ registered: false, leg: null });
  }

  #lose(why: Lost, again: boolean): void {
    this.#know({ trouble: { why, again } });
  }

  #know(news: Partial<Facts>): void {
    this.#facts = { ...this.#facts, ...news };
    this.#show({ state: stateOf(this.#facts) });
  }

  #show(news: Partial<Phone>): void {
    this.#phone = { ...this.#phone, ...news };
    for (const listener of this.#listeners) listener();
  }
}
