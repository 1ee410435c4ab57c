import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aStage, CREDENTIALS, type Session, type Stage, type Switch } from "./fake";
import { stateOf, waitMs } from "./phone";
import { Softphone } from "./softphone";

let stage: Stage;
let phone: Softphone;
const state = () => phone.snapshot().state;

beforeEach(() => {
  vi.useFakeTimers();
  stage = aStage();
  phone = new Softphone(stage.outside);
});

afterEach(() => vi.useRealTimers());

async function connected(): Promise<Switch> {
  await phone.connect(CREDENTIALS);
  const ua = stage.switches.at(-1) as Switch;
  ua.tell("registered");
  return ua;
}

async function talking(): Promise<{ ua: Switch; session: Session }> {
  const ua = await connected();
  const session = ua.ring();
  session.confirm();
  return { ua, session };
}

describe("a phone is one state at a time", () => {
  it("is off until somebody signs in, and off again when they leave", async () => {
    expect(state()).toEqual({ kind: "off" });
    await connected();
    expect(state()).toEqual({ kind: "ready" });
    phone.disconnect();
    expect(state()).toEqual({ kind: "off" });
    expect(stage.switches[0]?.stopped).toBe(true);
    expect(stage.streams[0]?.track.stopped).toBe(true);
  });

  it("knocks nowhere where no address is set, and says so", async () => {
    await phone.connect({ ...CREDENTIALS, server: "" });
    expect(state()).toEqual({ kind: "lost", why: "no_address", again: false });
    expect(stage.switches).toHaveLength(0);
    expect(stage.streams).toHaveLength(0);
    await phone.connect(CREDENTIALS);
    expect(state()).toEqual({ kind: "connecting" });
  });

  it("says that it connects until the switch has answered", async () => {
    await phone.connect(CREDENTIALS);
    expect(state()).toEqual({ kind: "connecting" });
    expect(stage.switches[0]?.started).toBe(true);
  });

  it("a line that is up outlives its signalling", () => {
    const leg = { up: true as const, since: 5 };
    expect(
      stateOf({ wanted: true, registered: false, leg, trouble: { why: "server_unreachable", again: true } }),
    ).toEqual({ kind: "talking", since: 5, signal: false });
  });
});

describe("the switch's call", () => {
  it("is answered by itself, with our microphone, and heard", async () => {
    const { session } = await talking();
    expect(session.answered).toHaveLength(1);
    expect(session.answered[0]?.mediaStream).toBe(stage.streams[0]);
    expect(state().kind).toBe("talking");
    expect(stage.speakers[0]?.played).toHaveLength(1);
  });

  it("a second one takes the place of the first", async () => {
    const { ua, session } = await talking();
    const second = ua.ring();
    second.confirm();
    expect(session.over).toBe(true);
    expect(state().kind).toBe("talking");
    second.terminate();
    expect(state()).toEqual({ kind: "ready" });
  });

  it("goes on while the socket is away, and says so", async () => {
    const { ua, session } = await talking();
    ua.tell("disconnected");
    expect(state()).toMatchObject({ kind: "talking", signal: false });
    ua.tell("registered");
    expect(state()).toMatchObject({ kind: "talking", signal: true });
    expect(session.over).toBe(false);
  });

  it("is put down by hand", async () => {
    const { session } = await talking();
    phone.hangUp();
    expect(session.over).toBe(true);
    expect(state()).toEqual({ kind: "ready" });
  });

  it("where sound finds no way, it registers anew, later each time", async () => {
    const { session } = await talking();
    session.line.fail();
    expect(session.over).toBe(true);
    expect(state()).toEqual({ kind: "lost", why: "no_way_for_sound", again: true });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stage.switches).toHaveLength(2);
  });
});

describe("the microphone", () => {
  it.each([
    ["NotAllowedError", "microphone_refused"],
    ["NotFoundError", "no_microphone"],
    ["NotReadableError", "microphone_busy"],
  ])("%s is %s, and nothing is registered", async (name, why) => {
    stage.refuses.with = name;
    await phone.connect(CREDENTIALS);
    expect(state()).toEqual({ kind: "lost", why, again: false });
    expect(stage.switches).toHaveLength(0);
  });

  it("plugged in at last, the phone connects by itself", async () => {
    stage.refuses.with = "NotFoundError";
    await phone.connect(CREDENTIALS);
    stage.refuses.with = null;
    stage.plug();
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toEqual({ kind: "connecting" });
  });

  it("unplugged in a talk, another takes its place on the same line", async () => {
    const { session } = await talking();
    stage.streams[0]?.track.dispatchEvent(new Event("ended"));
    await vi.advanceTimersByTimeAsync(0);
    expect(session.line.replaced).toEqual([stage.streams[1]?.track]);
    expect(state().kind).toBe("talking");
  });

  it("unplugged with no other, the line goes: nobody hears silence", async () => {
    const { ua, session } = await talking();
    stage.refuses.with = "NotFoundError";
    stage.streams[0]?.track.dispatchEvent(new Event("ended"));
    await vi.advanceTimersByTimeAsync(0);
    expect(session.over).toBe(true);
    expect(ua.stopped).toBe(true);
    expect(state()).toEqual({ kind: "lost", why: "microphone_gone", again: false });
  });

  it("mute holds across a change of microphone", async () => {
    await talking();
    phone.mute(true);
    expect(stage.streams[0]?.track.enabled).toBe(false);
    await phone.chooseDevices({ microphone: "headset" });
    expect(stage.streams[1]?.track.enabled).toBe(false);
    phone.mute(false);
    expect(stage.streams[1]?.track.enabled).toBe(true);
  });

  it("the choice is kept, and a device that is gone is not insisted on", async () => {
    await connected();
    await phone.chooseDevices({ microphone: "headset", speaker: "desk" });
    expect(stage.speakers[0]?.device).toBe("desk");
    expect(stage.asked.at(-1)?.audio).toMatchObject({ deviceId: { exact: "headset" } });
    expect(new Softphone(stage.outside).snapshot().chosen).toMatchObject({ microphone: "headset", speaker: "desk" });
    expect(phone.snapshot().devices.microphone).toEqual([{ id: "headset", name: "Headset" }]);
  });
});

describe("a switch that does not let us in", () => {
  it("is asked a few times, for it learns of new credentials a moment later; then they are wrong", async () => {
    await phone.connect(CREDENTIALS);
    const ua = stage.switches[0] as Switch;
    const refuse = () => ua.tell("registrationFailed", { response: { status_code: 401 } });
    refuse();
    expect(state()).toEqual({ kind: "lost", why: "wrong_credentials", again: true });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ua.registers).toBe(1);
    for (let times = 0; times < 3; times += 1) refuse();
    expect(state()).toEqual({ kind: "lost", why: "wrong_credentials", again: false });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ua.registers).toBe(1);
  });

  it("a switch in trouble is asked for ever, less and less often", async () => {
    await phone.connect(CREDENTIALS);
    const ua = stage.switches[0] as Switch;
    for (const wait of [1_000, 2_000, 4_000]) {
      ua.tell("registrationFailed", { response: { status_code: 503 } });
      expect(state()).toEqual({ kind: "lost", why: "server_refused", again: true });
      const before = ua.registers;
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(ua.registers).toBe(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(ua.registers).toBe(before + 1);
    }
    ua.tell("registered");
    expect(state()).toEqual({ kind: "ready" });
    expect(waitMs(9, 1)).toBe(30_000);
  });

  it("what an older connection still says is nobody's", async () => {
    await connected();
    await phone.connect({ ...CREDENTIALS, password: "newer" });
    stage.switches[0]?.tell("disconnected");
    expect(state()).toEqual({ kind: "connecting" });
  });
});

describe("digits", () => {
  it("go into the line's own sound, and nothing else does", async () => {
    const { session } = await talking();
    phone.sendDigits("12*#");
    phone.sendDigits("hello");
    expect(session.sent).toEqual(["12*#"]);
  });

  it("go nowhere without a line", async () => {
    await connected();
    expect(() => phone.sendDigits("1")).not.toThrow();
  });
});

describe("the echo test", () => {
  async function tested(): Promise<Session> {
    const ua = await connected();
    phone.test();
    expect(ua.called[0]?.target).toBe(CREDENTIALS.echo);
    expect(phone.snapshot().test).toEqual({ kind: "calling" });
    const session = ua.called[0]?.session as Session;
    session.line.report = [{ type: "inbound-rtp", kind: "audio", packetsReceived: 400, packetsLost: 0, jitter: 0 }];
    session.confirm();
    expect(phone.snapshot().test.kind).toBe("speaking");
    return session;
  }

  it("hears a voice go and come back, with figures", async () => {
    const session = await tested();
    await vi.advanceTimersByTimeAsync(8_100);
    expect(phone.snapshot().test).toMatchObject({ kind: "done", verdict: "good", quality: { loss: 0 } });
    expect(session.over).toBe(true);
  });

  it("tells a silent microphone from a deaf line", async () => {
    stage.loud.value = 0.05;
    await tested();
    await vi.advanceTimersByTimeAsync(8_100);
    expect(phone.snapshot().test).toMatchObject({ kind: "done", verdict: "microphone_silent" });
  });

  it("a switch that does not take it is said to be out of reach", async () => {
    const ua = await connected();
    phone.test();
    ua.called[0]?.session.tell("failed");
    await vi.advanceTimersByTimeAsync(0);
    expect(phone.snapshot().test).toMatchObject({ kind: "done", verdict: "not_reached" });
  });

  it("poor sound is not called good", async () => {
    const session = await tested();
    session.line.report = [{ type: "inbound-rtp", kind: "audio", packetsReceived: 300, packetsLost: 100, jitter: 0 }];
    await vi.advanceTimersByTimeAsync(8_100);
    expect(phone.snapshot().test).toMatchObject({ kind: "done", verdict: "poor_line" });
  });

  it("is ended by hand, and its words are put away by hand", async () => {
    const session = await tested();
    phone.hangUp();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.over).toBe(true);
    expect(phone.snapshot().test).toEqual({ kind: "none" });
  });
});

it("looks at the line every two seconds, and says how good it is", async () => {
  const { session } = await talking();
  session.line.report = [{ type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 0, jitter: 0.002 }];
  await vi.advanceTimersByTimeAsync(2_100);
  expect(phone.snapshot().quality).toMatchObject({ loss: 0, jitterMs: 2 });
  expect(phone.snapshot().quality?.mos).toBeGreaterThan(4.3);
});
