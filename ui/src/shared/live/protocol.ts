/** The words on the socket. Ids only: whoever hears "changed" asks the API again, the row is the truth. */

export type FromServer =
  | { type: "welcome"; seq: number; now: string; world: "made_up" | "real" }
  | { type: "changed"; seq: number; topic: string; id: string }
  | { type: "card"; seq: number; seat: string }
  | { type: "taken_over" }
  | { type: "signed_out" };

export type FromTab = { type: "hello"; session: string; after: number } | { type: "alive" };

/** Null for what an older tab does not know yet; it must not break on it. */
export function parse(text: string): FromServer | null {
  let it: unknown;
  try {
    it = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof it !== "object" || it === null) return null;
  switch ((it as { type?: unknown }).type) {
    case "welcome":
    case "changed":
    case "card":
    case "taken_over":
    case "signed_out":
      return it as FromServer;
    default:
      return null;
  }
}

/** The highest sequence number heard; the next hello asks for what came after it. */
export function newest(last: number, message: FromServer): number {
  return "seq" in message ? Math.max(last, message.seq) : last;
}

/** Seconds before the next try: quick at first, never hammering, spread so that 200 tabs don't come back at once. */
export function backoffMs(failures: number, chance: number): number {
  const base = Math.min(250 * 2 ** failures, 8_000);
  return base * (0.5 + chance / 2);
}
