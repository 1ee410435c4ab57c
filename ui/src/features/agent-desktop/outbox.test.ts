import { describe, expect, it, vi } from "vitest";
import type { DisposedOut, DisposeIn } from "@/shared/api/generated/model";
import { Problem, Unreachable } from "@/shared/api/problem";
import { flush, queue, waiting } from "./outbox";

const body = (code: string, key = `key-${code}`): DisposeIn => ({ code, idempotency_key: key });
const answer = (code: string) =>
  ({ id: "r", attempt: "a", code, at: "", callback: null, receipt: "", undo_until: "" }) as DisposedOut;

describe("dispositions on their way", () => {
  it("are sent in order and forgotten once answered", async () => {
    queue({ call: "a", body: body("sale") });
    queue({ call: "b", body: body("hung_up") });
    const sent: string[] = [];
    await flush(async (call, { code }) => {
      sent.push(call);
      return answer(code);
    });
    expect(sent).toEqual(["a", "b"]);
    expect(waiting()).toEqual([]);
  });

  it("wait where there is no network, with the same key for the next try", async () => {
    queue({ call: "a", body: body("sale", "key-one-try") });
    expect(await flush(() => Promise.reject(new Unreachable()))).toEqual([]);
    const send = vi.fn(async () => answer("sale"));
    await flush(send);
    expect(send).toHaveBeenCalledWith("a", expect.objectContaining({ idempotency_key: "key-one-try" }));
  });

  it("wait while the server is in trouble or asks for patience", async () => {
    for (const status of [500, 503, 429, 401]) {
      queue({ call: "a", body: body("sale") });
      await flush(() => Promise.reject(new Problem(status, {})));
      expect(waiting(), String(status)).toHaveLength(1);
    }
  });

  it("a refusal is told and does not hold up the next", async () => {
    queue({ call: "a", body: body("sale") });
    queue({ call: "b", body: body("hung_up") });
    const told = await flush(async (call, { code }) => {
      if (call === "a") throw new Problem(409, { code: "already_disposed", message: "done" });
      return answer(code);
    });
    expect(told[0]).toMatchObject({ refused: { code: "already_disposed" } });
    expect(told[1]).toMatchObject({ answer: { code: "hung_up" } });
    expect(waiting()).toEqual([]);
  });

  it("a better choice before it was sent replaces the first", () => {
    queue({ call: "a", body: body("sale") });
    queue({ call: "a", body: body("hung_up") });
    expect(waiting()).toEqual([{ call: "a", body: body("hung_up") }]);
  });
});
