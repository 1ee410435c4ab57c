/**
 * Sits down in as many tabs of Chromium as there are agents, takes calls, and says when each card was painted.
 *
 * Told by the environment: AHIZE_URL, BENCH_AGENTS (JSON: email and password of each), BENCH_CALLS. Prints one line of
 * JSON for each card: the call, when the seat was asked for and answered, and the browser's own time after the frame in
 * which the card stood on the screen. Where no card comes for a minute, or nobody answers any more, it says so in a last line ({"gave_up": …}) and ends.
 */
import { chromium, type Page } from "@playwright/test";

interface Agent {
  email: string;
  password: string;
}

const address = process.env.AHIZE_URL ?? "http://127.0.0.1:8740";
const agents = JSON.parse(process.env.BENCH_AGENTS ?? "[]") as Agent[];
const wanted = Number(process.env.BENCH_CALLS ?? "200");
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const JOINED_WITHIN_MS = 3_000;
let seen = 0;
let lastAt = Date.now();

/** Milliseconds since 1970, by the browser's clock. */
interface Card {
  call: string;
  asked_ms: number;
  answered_ms: number;
  painted_ms: number;
}

type GaveUp = "no_card" | "nobody_answers";
let gaveUp: GaveUp | null = null;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Each tab stands in for an agent's own screen, in front of the agent.
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling",
  ],
});
try {
  await Promise.all(agents.map(work));
  if (gaveUp) console.log(JSON.stringify({ gave_up: gaveUp }));
} finally {
  await browser.close();
}

async function work(agent: Agent): Promise<void> {
  const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await page.addInitScript(watchForCards);
  await page.goto(`${address}/sign-in`);
  await page.getByLabel(/e-mail/i).fill(agent.email);
  await page
    .getByLabel(/password/i)
    .first()
    .fill(agent.password);
  await page.keyboard.press("Enter");
  await page
    .getByRole("button", { name: /sit down/i })
    .first()
    .click();
  await page.waitForSelector('[data-kind="paused"]');
  await page.keyboard.press("F2");
  lastAt = Date.now();
  while (seen < wanted && !gaveUp) {
    const card = await nextCard(page);
    if (!card) {
      gaveUp ??= await whyNoCard();
      continue;
    }
    lastAt = Date.now();
    if (await joinedAtOnce(page)) {
      seen += 1;
      console.log(JSON.stringify(card));
    }
    await finish(page, card.call);
  }
  await page.context().close();
}

/** Whether a person was on the line when the card came. A promised call's card stands while the telephone still rings. */
async function joinedAtOnce(page: Page): Promise<boolean> {
  try {
    await page.waitForSelector('[data-kind="talking"]', { timeout: JOINED_WITHIN_MS });
    return true;
  } catch {
    return false;
  }
}

async function whyNoCard(): Promise<GaveUp | null> {
  try {
    await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    return "nobody_answers";
  }
  return Date.now() - lastAt > PATIENCE_MS ? "no_card" : null;
}

/** Runs in the page: notes each call's card once its frame has been painted. */
function watchForCards(): void {
  const cards: Card[] = [];
  const known = new Set<string>();
  Object.assign(window, { ahizeBench: cards });
  const look = () => {
    const call = document.querySelector("[data-testid=card]")?.getAttribute("data-call");
    if (!call || known.has(call)) return;
    known.add(call);
    const fetched = (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
      .filter((entry) => entry.name.endsWith("/api/seat"))
      .at(-1);
    performance.clearResourceTimings();
    const asked_ms = performance.timeOrigin + (fetched?.startTime ?? Number.NaN);
    const answered_ms = performance.timeOrigin + (fetched?.responseEnd ?? Number.NaN);
    // The second frame begins when the first, with the card in it, has been painted.
    requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        cards.push({ call, asked_ms, answered_ms, painted_ms: performance.timeOrigin + performance.now() }),
      ),
    );
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

async function nextCard(page: Page): Promise<Card | null> {
  try {
    await page.waitForFunction(() => (window as unknown as { ahizeBench: unknown[] }).ahizeBench.length > 0, null, {
      timeout: LOOK_EVERY_MS,
    });
  } catch {
    return null;
  }
  return page.evaluate(() => (window as unknown as { ahizeBench: Card[] }).ahizeBench.shift() ?? null);
}

/** Hangs up and disposes at once, so that the next call can come; the same requests as the screen's own. */
async function finish(page: Page, call: string): Promise<void> {
  await page.evaluate(async (id) => {
    const csrf =
      document.cookie
        .split("; ")
        .find((one) => one.startsWith("csrftoken="))
        ?.slice(10) ?? "";
    const tab = sessionStorage.getItem("ahize.tab") ?? "";
    const post = (path: string, body: unknown) =>
      fetch(path, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf, "X-Seat-Session": tab },
        body: JSON.stringify(body),
      });
    await post(`/api/calls/${id}/hang-up`, {});
    for (let tries = 0; tries < 20; tries += 1) {
      const answer = await post(`/api/calls/${id}/dispose`, {
        code: "not_interested",
        idempotency_key: `bench-${id}`,
      });
      if (answer.ok) return;
      await new Promise((again) => setTimeout(again, 250));
    }
  }, call);
}
