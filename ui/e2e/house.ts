import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, test as base, expect, type Page } from "@playwright/test";

/** The demo as its walkers know it: who may come in, what stands in the database, what a screen must never do. */
const HOME = process.env.AHIZE_HOME ?? fileURLToPath(new URL("../../var", import.meta.url));
const PYTHON = process.env.AHIZE_PYTHON ?? `${HOME}/venv/bin/python`;

export const ROLES = [
  "administrator",
  "supervisor",
  "campaign_manager",
  "list_manager",
  "compliance_officer",
  "agent",
] as const;

export type Role = (typeof ROLES)[number];

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

/** Every page of these walks fails its test if the browser reports an error; a shift is opened where one is asked for. */
export const test = base.extend<{ page: Page }, { shift: Shift; reading: undefined }>({
  shift: [
    async ({ browser }, use) => {
      const page = await another(browser);
      const shift = await openShift(page);
      await use(shift);
      await closeShift(page, shift);
      await page.context().close();
    },
    { scope: "worker" },
  ],
  reading: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      await use(undefined);
      reader?.close();
    },
    { scope: "worker", auto: true },
  ],
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

/** A request as the screens make it: with the session's cookies and its token. */
export async function ask<T>(page: Page, method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<T> {
  const token = (await page.context().cookies()).find(({ name }) => name === "csrftoken")?.value ?? "";
  const told = body && "file" in body ? { multipart: body as Record<string, string> } : body ? { data: body } : {};
  const answer = await page.request.fetch(path, { method, headers: { "X-CSRFToken": token }, ...told });
  expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true);
  return (await answer.json()) as T;
}

// ── a shift of our own ────────────────────────────────────────────────────────────────────────────────────────

export interface Shift {
  campaign: string;
  name: string;
}

const NEW_YORKERS = 60;

/**
 * A campaign for the free seat alone, over people of area code 212: in the made-up world they always pick up. They are
 * customers, so the law lets us call them although some are on the registry.
 */
async function openShift(page: Page): Promise<Shift> {
  await signIn(page, "campaign_manager");
  const name = `Walks ${Date.now()}`;
  const bought = new Date(Date.now() - 60 * 24 * 3600_000).toISOString().slice(0, 10);
  const people = Array.from(
    { length: NEW_YORKERS },
    (_, n) => `Nora${n},Walker,(212) 555-01${String(n + 40)},NY,fixed,consumer,${bought}`,
  );
  const header = "First name,Last name,Phone,State,Line type,Consumer or business,Last purchase";
  const buffer = Buffer.from([header, ...people].join("\n"));
  const file = { name: "new-yorkers.csv", mimeType: "text/csv", buffer };
  const [seller] = await rows("SELECT id::text FROM tenants_seller WHERE country = 'US' ORDER BY created_at LIMIT 1");
  const { id } = await ask<{ id: string }>(page, "POST", "/api/imports", { file, region: "US", seller: seller?.id });
  await ask(page, "POST", `/api/imports/${id}/read`, {});
  const state = async () => (await ask<{ state: string }>(page, "GET", `/api/imports/${id}`)).state;
  await expect.poll(state, { timeout: 60_000 }).toBe("ready");
  const { list } = await ask<{ list: string }>(page, "POST", `/api/imports/${id}/accept`, {});
  const [free] = await rows("SELECT id::text FROM accounts_user WHERE email = %s", login("agent").email);
  const settings = {
    mode: "progressive",
    product: "a warmer home",
    lists: [list],
    agents: [free?.id],
    wrap_up_s: 300,
    setup: { opt_out_mechanism: true, abandon_message_promotes: false },
  };
  const made = await ask<{ id: string }>(page, "POST", "/api/campaigns", {
    name,
    template: "telesales",
    seller: seller?.id,
    settings,
  });
  await ask(page, "POST", `/api/campaigns/${made.id}/start`);
  return { campaign: made.id, name };
}

async function closeShift(page: Page, shift: Shift): Promise<void> {
  await signIn(page, "campaign_manager");
  await ask(page, "POST", `/api/campaigns/${shift.campaign}/end`);
}

/** Sit down at the free seat, paused. */
export async function sitDown(page: Page, shift: Shift): Promise<void> {
  await page.goto("/desk");
  const place = page.locator(".surface").filter({ hasText: shift.name }).getByRole("button", { name: "Sit down" });
  const takeOver = page.getByRole("button", { name: "Take over here" });
  await place.or(takeOver).waitFor();
  if (await takeOver.isVisible()) {
    // Who sat here before did not get to leave.
    await takeOver.click();
    await leaveDesk(page);
  }
  await place.click();
  await expect(page.getByTestId("seat-state")).toHaveText("Paused");
}

/** Ready, until a person is on the line; it is the last call for now, so that the seat then rests. */
export async function waitForTalk(page: Page): Promise<string> {
  await page.keyboard.press("F2");
  await expect(page.getByTestId("seat-state")).toHaveText("Talking", { timeout: 60_000 });
  await page.keyboard.press("F9");
  await expect(page.getByRole("button", { name: "Finishing after this call" })).toBeVisible();
  const call = await page.getByTestId("card").getAttribute("data-call");
  if (!call) throw new Error("a card without its call");
  return call;
}

export async function hangUp(page: Page): Promise<void> {
  await page.keyboard.press("h");
  await page.keyboard.press("h");
  await expect(page.getByTestId("seat-state")).toHaveText("Wrap-up");
}

/** Leave the seat as it was found, whatever is on the screen. */
export async function leaveDesk(page: Page): Promise<void> {
  const places = page.getByRole("button", { name: "Sit down" });
  await expect(async () => {
    if (!(await places.first().isVisible())) await stepTowardsLeaving(page);
    await expect(places.first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000, intervals: [100] });
}

async function stepTowardsLeaving(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  switch (await page.getByTestId("seat-state").textContent({ timeout: 2_000 })) {
    case "Talking":
    case "Ringing":
      await hangUp(page);
      break;
    case "Wrap-up":
      await page.keyboard.press("4");
      await page.keyboard.press("Enter");
      break;
    case "Ready":
      await page.keyboard.press("F2");
      await page.getByRole("menuitem").first().click({ timeout: 2_000 });
      break;
    case "Paused":
      await page.getByRole("button", { name: "Leave the desk" }).click({ timeout: 2_000 });
      break;
  }
}

// ── what stands ───────────────────────────────────────────────────────────────────────────────────────────────

export type Row = Record<string, unknown>;

/** The database's reader: one process for all questions, for starting it takes longer than a question. */
class Reader {
  readonly #child = spawn(PYTHON, [fileURLToPath(new URL("query.py", import.meta.url))], {
    env: { ...process.env, AHIZE_HOME: HOME },
    stdio: ["pipe", "pipe", "inherit"],
  });
  readonly #said = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();

  async ask(sql: string, values: readonly string[]): Promise<Row[]> {
    this.#child.stdin.write(`${JSON.stringify({ sql, arguments: values })}\n`);
    const { value, done } = await this.#said.next();
    if (done) throw new Error("the reader of the database has gone");
    const said = JSON.parse(value) as { rows?: Row[]; error?: string };
    if (!said.rows) throw new Error(said.error);
    return said.rows;
  }

  close(): void {
    this.#child.stdin.end();
  }
}

let reader: Reader | undefined;

/** Rows of the real database, as they are committed. */
export async function rows(sql: string, ...values: string[]): Promise<Row[]> {
  reader ??= new Reader();
  return reader.ask(sql, values);
}

/** What really happened on the line: the made-up carrier's own ledger, which no part of ours writes or reads. */
export function carrier(): { at: number; what: string }[] {
  const lines = readFileSync(`${HOME}/demo/log/carrier.jsonl`, "utf8").trim().split("\n");
  return lines.map((line) => {
    const { at, what } = JSON.parse(line) as { at: string; what: string };
    return { at: Date.parse(at), what };
  });
}

/** A moment of the browser's clock on the clock of the made-up world. */
export function serverTime(ms: number): number {
  const launcher = JSON.parse(readFileSync(`${HOME}/demo/run/launcher.json`, "utf8")) as { clock_offset_s: number };
  return ms + launcher.clock_offset_s * 1_000;
}

/** Nothing serious or critical, in the scheme that is on; by every rule, or by those that are named. */
export async function expectAccessible(page: Page, what: string, ...rules: string[]): Promise<void> {
  // What is half faded in or out has half its contrast: a person sees it for a blink, axe as if it stayed.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (one) => one.playState !== "running" || one.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY,
      ),
  );
  // Our pages have no frames of others: axe need not open a page of its own to put them together.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"] });
  const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze();
  const bad = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(" | ")}`);
  expect(bad, what).toEqual([]);
}

/** A second browser. */
export async function another(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
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
