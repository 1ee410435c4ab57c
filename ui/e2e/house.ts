import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, test as base, expect, type Page } from "@playwright/test";

/** The demo as its walkers know it: who may come in, what stands in the database, what a screen must never do. */
const HOME = process.env.AHIZE_HOME ?? fileURLToPath(new URL("../../var", import.meta.url));
const PYTHON = process.env.AHIZE_PYTHON ?? `${HOME}/venv/bin/python`;

export type Role =
  | "administrator"
  | "supervisor"
  | "campaign_manager"
  | "list_manager"
  | "compliance_officer"
  | "agent";

interface Login {
  role: Role;
  email: string;
  password: string;
}

function login(role: Role): Login {
  const logins = JSON.parse(readFileSync(`${HOME}/demo/secrets/demo-logins.json`, "utf8")) as Login[];
  const found = logins.find((one) => one.role === role);
  if (!found) throw new Error(`the demo has no ${role}; it has ${logins.map((one) => one.role).join(", ")}`);
  return found;
}

/** Every page of these walks fails its test if the browser reports an error. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const errors: string[] = [];
    watch(page, errors);
    await use(page);
    expect(errors, "errors in the browser's console").toEqual([]);
  },
});

export { expect };

export function watch(page: Page, errors: string[]): void {
  page.on("console", (message) => {
    // A walk that takes the network away hears the browser say so; that is the walk's own doing.
    if (message.type() === "error" && !message.text().includes("ERR_INTERNET_DISCONNECTED"))
      errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
}

export async function signIn(page: Page, role: Role): Promise<void> {
  const { email, password } = login(role);
  await page.goto("/sign-in");
  await page.getByRole("textbox", { name: /^E-(mail|posta)$/ }).fill(email);
  await page.locator("input[type=password]").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** Sit down at the free seat, whoever sat there before. The seat then is paused. */
export async function sitDown(page: Page): Promise<void> {
  await page.goto("/desk");
  const sit = page.getByRole("button", { name: /^(Sit down|Take over here)$/ }).first();
  await sit.or(page.getByTestId("seat-state")).first().waitFor();
  if (await sit.isVisible()) await sit.click();
  const takeOver = page.getByRole("button", { name: "Take over", exact: true });
  await takeOver.or(page.getByTestId("seat-state")).first().waitFor();
  if (await takeOver.isVisible()) await takeOver.click();
  await expect(page.getByTestId("seat-state")).toBeVisible();
  if (await page.getByTestId("card").isVisible()) await finishCall(page);
}

/** Ready, until a person is on the line. */
export async function waitForTalk(page: Page): Promise<string> {
  await expect(async () => {
    const state = await page.getByTestId("seat-state").textContent({ timeout: 5_000 });
    if (state === "Paused") await page.keyboard.press("F2");
    if (state === "Wrap-up") await finishCall(page);
    expect(state).toBe("Talking");
  }).toPass({ timeout: 240_000, intervals: [500] });
  const call = await page.getByTestId("card").getAttribute("data-call");
  if (!call) throw new Error("a card without its call");
  return call;
}

/** Whatever is on the screen: hang up if it lives, and say that it came to nothing. */
async function finishCall(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  if ((await page.getByTestId("seat-state").textContent()) !== "Wrap-up") await hangUp(page);
  await page.keyboard.press("4");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("seat-state")).toHaveText(/Ready|Paused/);
}

export async function hangUp(page: Page): Promise<void> {
  await page.keyboard.press("h");
  await page.keyboard.press("h");
  await expect(page.getByTestId("seat-state")).toHaveText("Wrap-up");
}

/** Leave the seat as it was found, so that the next walk can sit down; whatever the dialler sends meanwhile is ended. */
export async function leaveDesk(page: Page): Promise<void> {
  await expect(async () => {
    const state = await page.getByTestId("seat-state").textContent({ timeout: 2_000 });
    if (state === "Talking" || state === "Wrap-up") await finishCall(page);
    await page.evaluate(async () => {
      const csrf =
        document.cookie
          .split("; ")
          .find((one) => one.startsWith("csrftoken="))
          ?.slice(10) ?? "";
      await fetch("/api/seat/close", {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-CSRFToken": csrf, "X-Seat-Session": sessionStorage.getItem("ahize.tab") ?? "" },
      });
    });
    await expect(page.getByRole("button", { name: "Sit down" }).first()).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000, intervals: [500] });
}

export async function tenantOf(page: Page): Promise<string> {
  const answer = await page.request.get("/api/me");
  return ((await answer.json()) as { tenant: { id: string } }).tenant.id;
}

export type Row = Record<string, unknown>;

/** Rows of the real database, as they are committed. */
export async function rows(page: Page, sql: string, ...values: string[]): Promise<Row[]> {
  const script = fileURLToPath(new URL("query.py", import.meta.url));
  const said = execFileSync(PYTHON, [script, await tenantOf(page), sql, ...values], {
    encoding: "utf8",
    env: { ...process.env, AHIZE_HOME: HOME },
  });
  return JSON.parse(said) as Row[];
}

/** Nothing serious or critical, in the scheme that is on. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const bad = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(" | ")}`);
  expect(bad, what).toEqual([]);
}

/** A second browser of the same person. */
export async function another(browser: Browser, baseURL: string | undefined): Promise<Page> {
  const context = await browser.newContext({
    ...(baseURL ? { baseURL } : {}),
    locale: "en-US",
    viewport: { width: 1280, height: 800 },
  });
  return context.newPage();
}

/** Tab on until something of that name has the focus, as somebody without a mouse would. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    const found = await page.evaluate((wanted) => {
      const focused = document.activeElement as HTMLElement | null;
      const id = focused?.id;
      const label = id ? document.querySelector(`label[for="${CSS.escape(id)}"]`)?.textContent : null;
      const said = focused?.getAttribute("aria-label") ?? label ?? focused?.textContent ?? "";
      return said.replace("*", "").trim() === wanted;
    }, name);
    if (found) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way by keyboard to “${name}”`);
}
