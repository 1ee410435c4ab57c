import type { MessageDescriptor } from "@lingui/core";

/** One key and what it does here. Letters and digits work outside text fields only; function keys everywhere. */
export interface Binding {
  /** As `event.key` prints it: "F2", "1", "c", "Enter", ".", "?" */
  key: string;
  label: MessageDescriptor | string;
  run: () => void;
  /** Asks for two strokes within a second and a half, or for the key to be held. */
  twice?: boolean;
}

export interface Stroke {
  key: string;
  ctrl: boolean;
  alt: boolean;
  meta: boolean;
  repeat: boolean;
  inField: boolean;
}

export const TWO_STROKES_MS = 1_500;
export const HOLD_MS = 400;

/**
 * The binding a stroke means, or null.
 *
 * Ctrl+Alt is AltGr on Windows and types letters on a Turkish keyboard, so nothing with Ctrl, Alt or Meta is ours.
 * Letters compare without regard to case and, for Turkish, İ, I, ı and i are one key.
 */
export function meant(bindings: readonly Binding[], stroke: Stroke, singleKeys: boolean): Binding | null {
  if (stroke.ctrl || stroke.alt || stroke.meta) return null;
  const functionKey = /^F\d{1,2}$/.test(stroke.key);
  if (!functionKey && (stroke.inField || !singleKeys)) return null;
  const wanted = fold(stroke.key);
  const found = bindings.find((binding) => fold(binding.key) === wanted);
  if (!found || (stroke.repeat && !found.twice)) return null;
  return found;
}

function fold(key: string): string {
  if (key.length > 1) return key;
  return "İIıi".includes(key) ? "i" : key.toLowerCase();
}

/** What the key does, in words; a string is already in the reader's language. */
export function labelOf(binding: Binding, words: (message: MessageDescriptor) => string): string {
  return typeof binding.label === "string" ? binding.label : words(binding.label);
}

/** A stroke that needs a second one: what is armed and since when (ms). */
export interface Armed {
  key: string;
  at: number;
}

/** First stroke arms, a second within the time fires; a held key fires once it has been held long enough. */
export function press(
  armed: Armed | null,
  key: string,
  at: number,
  repeat: boolean,
): { fire: boolean; armed: Armed | null } {
  if (!armed || armed.key !== key || at - armed.at > TWO_STROKES_MS) {
    return repeat ? { fire: false, armed: null } : { fire: false, armed: { key, at } };
  }
  if (repeat && at - armed.at < HOLD_MS) return { fire: false, armed };
  return { fire: true, armed: null };
}

/** Where a person types: keys there are words, not commands. */
export function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "submit", "reset"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.role === "combobox";
}

const WORD_GOES_ON_MS = 900;

/** Is somebody in the middle of a word whose field has just left the screen? Escape, Tab, Enter and the mouse end it. */
export class Typing {
  #last = Number.NEGATIVE_INFINITY;

  /** True where this stroke is still part of what was being typed, although no field has it. */
  goesOn(key: string, inField: boolean, at: number): boolean {
    if (["Escape", "Tab", "Enter"].includes(key) || /^F\d/.test(key)) {
      this.end();
      return false;
    }
    const within = at - this.#last < WORD_GOES_ON_MS;
    if (inField || within) this.#last = at;
    return !inField && within;
  }

  end(): void {
    this.#last = Number.NEGATIVE_INFINITY;
  }
}
