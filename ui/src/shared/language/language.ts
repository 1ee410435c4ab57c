import { type I18n, i18n, type MessageDescriptor, type Messages, setupI18n } from "@lingui/core";

export type Language = "en" | "tr";

type Catalogue = () => Promise<{ messages: Messages }>;

// Every folder's catalogue; Vite keeps each language's in their own chunks, and only one language is loaded.
const english = import.meta.glob<{ messages: Messages }>("/src/**/words/en.po") as Record<string, Catalogue>;
const turkish = import.meta.glob<{ messages: Messages }>("/src/**/words/tr.po") as Record<string, Catalogue>;

const KEPT = "ahize.language";

let other: I18n | null = null;

let wanted: Language | null = null;

/** The last wish counts, whichever catalogue comes first. */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  const messages = await messagesOf(language);
  if (wanted !== language) return;
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
  localStorage.setItem(KEPT, language);
  other = null;
}

async function messagesOf(language: Language): Promise<Messages> {
  const catalogues = Object.values(language === "tr" ? turkish : english);
  const loaded = await Promise.all(catalogues.map((load) => load()));
  return Object.assign({}, ...loaded.map(({ messages }) => messages)) as Messages;
}

/** Fetched when somebody first searches: "duraklat" finds Pause on an English screen. */
export async function learnOtherLanguage(): Promise<void> {
  const language: Language = i18n.locale === "tr" ? "en" : "tr";
  if (other?.locale !== language)
    other = setupI18n({ locale: language, messages: { [language]: await messagesOf(language) } });
}

/** The same words in the language that is not on the screen; empty until it has been learnt. */
export function inOtherLanguage(message: MessageDescriptor): string {
  return other?._(message) ?? "";
}

/** What this browser was told last, else what its owner reads; a signed-in user's own choice comes later and wins. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "tr") return kept;
  return navigator.languages.some((one) => one.toLowerCase().startsWith("tr")) ? "tr" : "en";
}
