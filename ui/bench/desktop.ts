/**
 * Sits down in as many tabs of Chromium as there are agents, takes calls, and says when each card was painted.
 *
 * Told by the environment: AHIZE_URL, BENCH_AGENTS (JSON: email and password of each), BENCH_CALLS. Prints one line of
 * JSON for each card: the call, and the browser's own time after the frame in which the card stood on the screen.
 */
import { chromium, type Page } from "@playwright/test";

interface Agent {
  email: string;
  password: string;
}

const address = process.env.AHIZE_URL ?? "http://127.0.0.1:8740";
const agents = JSON.parse(process.env.BENCH_AGENTS ?? "[]") as Agent[];
const wanted = Number(process.env.BENCH_CALLS ?? "200");
let seen = 0;

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
await Promise.all(agents.map(work));
await browser.close();

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
  while (seen < wanted) {
    const card = await nextCard(page);
    if (!card) continue;
    seen += 1;
    console.log(JSON.stringify(card));
    await finish(page, card.call);
  }
  await page.context().close();
}

/** Runs in the page: notes each call's card once its frame has been painted. */
function watchForCards(): void {
  const cards: { call: string; painted_ms: number }[] = [];
  const known = new Set<string>();
  Object.assign(window, { ahizeBench: cards });
  const look = () => {
    const call = document.querySelector("[data-testid=card]")?.getAttribute("data-call");
    if (!call || known.has(call)) return;
    known.add(call);
    // The second frame begins when the first, with the card in it, has been painted.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => cards.push({ call, painted_ms: performance.timeOrigin + performance.now() })),
    );
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

async function nextCard(page: Page): Promise<{ call: string; painted_ms: number } | null> {
  try {
    await page.waitForFunction(() => (window as unknown as { ahizeBench: unknown[] }).ahizeBench.length > 0, null, {
      timeout: 20_000,
    });
  } catch {
    return null;
  }
  return page.evaluate(
    () =>
      (window as unknown as { ahizeBench: { call: string; painted_ms: number }[] }).ahizeBench.shift() ?? {
        call: "",
        painted_ms: 0,
      },
  );
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
