import { describe, expect, it } from "vitest";
import { oldAfter } from "./old-after";
import { oneAtATime } from "./one-at-a-time";
import { backoffMs, newest, parse } from "./protocol";

describe("the socket's words", () => {
  it("what this tab does not know is passed over", () => {
    expect(parse('{"type":"something_new"}')).toBeNull();
    expect(parse("not json")).toBeNull();
    expect(parse("null")).toBeNull();
  });

  it("the highest number is remembered, however they arrive", () => {
    expect(newest(7, { type: "changed", seq: 9, topic: "floor", id: "" })).toBe(9);
    expect(newest(9, { type: "changed", seq: 8, topic: "floor", id: "" })).toBe(9);
    expect(newest(9, { type: "taken_over" })).toBe(9);
  });

  it("tries again soon at first, and never later than eight seconds", () => {
    expect(backoffMs(0, 1)).toBe(250);
    for (let failures = 0; failures < 40; failures++) expect(backoffMs(failures, 1)).toBeLessThanOrEqual(8_000);
    expect(backoffMs(3, 0)).toBeLessThan(backoffMs(3, 1));
  });
});

describe("what a notice makes old", () => {
  it("a colleague's seat changes the wallboard, not my desk", () => {
    expect(oldAfter("seats", "other", "mine")).toEqual(["/api/floor"]);
    expect(oldAfter("seats", "mine", "mine")).toContain("/api/seat");
    expect(oldAfter("seats", "any", null)).toContain("/api/seat");
  });

  it("a topic is the name of its addresses", () => {
    expect(oldAfter("registries", "x", null)).toEqual(["/api/registries"]);
  });

  it("after too long an absence everything is asked anew", () => {
    expect(oldAfter("everything", "", null)).toEqual(["/api/"]);
  });
});

describe("looking at the seat", () => {
  it("hints during a look cost one more look, and never cut it short", async () => {
    const ends: (() => void)[] = [];
    const hint = oneAtATime(() => new Promise<void>((end) => ends.push(end)));
    hint();
    hint();
    hint();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    hint();
    expect(ends).toHaveLength(3);
  });

  it("a look that fails does not end looking", async () => {
    let looks = 0;
    const hint = oneAtATime(() => {
      looks += 1;
      return Promise.reject(new Error("away"));
    });
    hint();
    await new Promise((next) => setTimeout(next));
    hint();
    expect(looks).toBe(2);
  });
});
