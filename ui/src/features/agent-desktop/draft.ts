/**
 * Notes and chosen code of one call, which nothing may lose.
 *
 * Every change stands in this browser at once and on the server within a second. After a reload or a time offline, what
 * was typed here and not yet saved wins over the server's older text; pure, so the tests need no browser.
 */
export interface Draft {
  call: string;
  text: string;
  code: string;
  /** The promised time (ISO), while a callback is being booked. */
  callbackAt: string | null;
  /** The server's version that this one stands on. */
  version: number;
  /** Typed here and not yet confirmed by the server. */
  unsaved: boolean;
}

export interface Saved {
  text: string;
  code: string;
  version: number;
}

export const SAVE_AFTER_MS = 600;

/** What to show when a call comes onto the screen: its server draft, and perhaps something newer kept here. */
export function begin(call: string, server: Saved, kept: Draft | null): Draft {
  if (kept && kept.call === call && kept.unsaved) return { ...kept, version: server.version };
  const callbackAt = kept && kept.call === call ? kept.callbackAt : null;
  return { call, text: server.text, code: server.code, callbackAt, version: server.version, unsaved: false };
}

export function write(draft: Draft, change: Partial<Pick<Draft, "text" | "code" | "callbackAt">>): Draft {
  return { ...draft, ...change, unsaved: true };
}

/** The server has kept `sent`. Whatever was typed meanwhile stays unsaved, on the new version. */
export function saved(draft: Draft, sent: Draft, answer: Saved): Draft {
  const same = draft.text === sent.text && draft.code === sent.code;
  return { ...draft, version: answer.version, unsaved: !same };
}

const KEPT = "ahize.draft";

export function keep(draft: Draft): void {
  localStorage.setItem(KEPT, JSON.stringify(draft));
}

export function kept(): Draft | null {
  try {
    const it = JSON.parse(localStorage.getItem(KEPT) ?? "null") as Draft | null;
    return it && typeof it.call === "string" && typeof it.text === "string" ? it : null;
  } catch {
    return null;
  }
}

export function forget(call: string): void {
  if (kept()?.call === call) localStorage.removeItem(KEPT);
}
