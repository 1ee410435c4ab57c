/** To whom a person may be handed over, and who of them is meant by what is typed; pure. */
import type { TargetsOut } from "@/shared/api/generated/model";

export interface Target {
  kind: "seat" | "campaign";
  id: string;
  name: string;
  /** A seat's state, or how many are ready in a campaign. */
  state: string;
  ready: number;
  /** May be chosen: a seat that is ready, a campaign where somebody is. */
  free: boolean;
}

export function targetsOf({ seats, campaigns }: TargetsOut): Target[] {
  return [
    ...seats.map(({ id, name, state, free }) => ({ kind: "seat" as const, id, name, state, ready: 0, free })),
    ...campaigns.map(({ id, name, ready }) => ({
      kind: "campaign" as const,
      id,
      name,
      state: "",
      ready,
      free: ready > 0,
    })),
  ];
}

/** Letters as one types them in a hurry: no case, no marks, and İ, I, ı, i are one. */
export function fold(text: string): string {
  return text.replace(/[İIı]/g, "i").toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}

/** Those whose name has a word that begins with each word typed; who is free first, then by name. */
export function meantBy(query: string, targets: readonly Target[], locale: string): Target[] {
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  const collator = new Intl.Collator(locale, { sensitivity: "base" });
  return targets
    .filter(({ name }) => {
      const words = fold(name).split(/[\s.,()-]+/);
      return wanted.every((start) => words.some((word) => word.startsWith(start)));
    })
    .sort((a, b) => Number(b.free) - Number(a.free) || collator.compare(a.name, b.name));
}

/** The next one that may be chosen, up (-1) or down (1) from here; it stays where there is none. */
export function step(targets: readonly Target[], from: number, way: 1 | -1): number {
  for (let at = from + way; at >= 0 && at < targets.length; at += way) if (targets[at]?.free) return at;
  return from;
}
