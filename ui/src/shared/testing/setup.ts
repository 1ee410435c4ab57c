import { i18n } from "@lingui/core";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

i18n.load("en", {});
i18n.activate("en");

afterEach(() => {
  cleanup();
  localStorage.clear();
});

// jsdom has none of these; Mantine asks for them all.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }) as MediaQueryList;

globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

if (!document.fonts) Object.defineProperty(document, "fonts", { value: new EventTarget() });
