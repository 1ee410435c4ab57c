import { defineConfig } from "@playwright/test";

/**
 * Walks through the real demo, in Debian's Chromium; no request is intercepted.
 *
 * Start `./ahize demo` first, then `npm run e2e` here.
 *   AHIZE_E2E_URL   where it answers (default http://127.0.0.1:8740)
 *   AHIZE_HOME      its state, where the made-up passwords and the way to the database lie (default ../var)
 *   AHIZE_PYTHON    a Python with Ahize installed, which asks the database (default $AHIZE_HOME/venv/bin/python)
 */
export default defineConfig({
  testDir: "./e2e",
  // The demo dials like a careful house: the next person on the line may be minutes away.
  timeout: 360_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: false,
  projects: [
    // There is one free seat in the demo: one walk after the other. Then whoever only looks.
    { name: "walks", testIgnore: /rooms\.spec/, workers: 1 },
    { name: "rooms", testMatch: /rooms\.spec/, dependencies: ["walks"] },
  ],
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  use: {
    baseURL: process.env.AHIZE_E2E_URL ?? "http://127.0.0.1:8740",
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] },
  },
});
