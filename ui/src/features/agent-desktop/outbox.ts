/**
 * Dispositions on their way to the server. Chosen once, sent until answered.
 *
 * A disposition is the one deed that always queues while there is no connection: each carries its own key, so that the
 * server keeps one record however often it hears it. What the server refuses leaves the queue and is shown.
 */
import type { DisposedOut, DisposeIn } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";

export interface Waiting {
  call: string;
  body: DisposeIn;
}

export type Send = (call: string, body: DisposeIn) => Promise<DisposedOut>;

export type Sent = { waiting: Waiting } & ({ answer: DisposedOut } | { refused: Problem });

const KEPT = "ahize.dispositions";

export function waiting(): Waiting[] {
  try {
    const it: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(it) ? (it as Waiting[]) : [];
  } catch {
    return [];
  }
}

/** Put it where a reload finds it; a second choice for the same call before it was sent replaces the first. */
export function queue(one: Waiting): void {
  keep([...waiting().filter(({ call }) => call !== one.call), one]);
}

function keep(all: Waiting[]): void {
  if (all.length === 0) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, JSON.stringify(all));
}

/** Send in order, stopping where the network ends; what was answered (or refused for good) is told and forgotten. */
export async function flush(send: Send): Promise<Sent[]> {
  const told: Sent[] = [];
  for (const one of waiting()) {
    try {
      told.push({ waiting: one, answer: await send(one.call, one.body) });
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500 || error.status === 429 || error.status === 401)
        return told;
      told.push({ waiting: one, refused: error });
    }
    keep(waiting().filter(({ body }) => body.idempotency_key !== one.body.idempotency_key));
  }
  return told;
}
