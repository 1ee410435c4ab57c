import { i18n, type Messages } from "@lingui/core";

export type Language = "en" | "tr";

type Catalogue = () => Promise<{ messages: Messages }>;

// Every folder's catalogue; Vite keeps each language's in their own chunks, and only one language is loaded.
const english = import.meta.glob<{ messages: Messages }>("/src/**/words/en.po") as Record<string, Catalogue>;
const turkish = import.meta.glob<{ messages: Messages }>("/src/**/words/tr.po") as Record<string, Catalogue>;

const KEPT = "ahize.language";

export async function speak(language: Language): Promise<void> {
  const catalogues = Object.values(language === "tr" ? turkish : english);
  const loaded = await Promise.all(catalogues.map((load) => load()));
  const all: Messages = {};
  for (const { messages } of loaded) Object.assign(all, messages);
  i18n.loadAndActivate({ locale: language, messages: all });
  document.documentElement.lang = language;
  localStorage.setItem(KEPT, language);
}

/** What this browser was told last, else what its owner reads; a signed-in user's own choice comes later and wins. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "tr") return kept;
  return navigator.languages.some((one) => one.toLowerCase().startsWith("tr")) ? "tr" : "en";
}
