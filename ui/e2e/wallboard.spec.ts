import { another, carrier, expect, rows, serverTime, signIn, sitDown, test, watch } from "./house";

test.beforeEach(async ({ page }) => {
  await signIn(page, "supervisor");
  await page.goto("/floor");
});

test("the wallboard shows the seats that are in the database", async ({ page }) => {
  const seats = page.getByRole("table", { name: "Seats" }).locator("tbody tr");
  await expect(seats.first()).toBeVisible();
  await expect(async () => {
    const [open] = await rows("SELECT count(*)::int AS n FROM dialing_seat WHERE state <> 'closed'");
    expect(await seats.count()).toBe(open?.n);
  }).toPass();
});

test("everything stops within a second of the click, and goes on again", async ({ page }) => {
  const dialled = () => carrier().filter(({ what }) => what === "invite").length;
  // The floor is at work: it dials while we look.
  const before = dialled();
  await expect.poll(dialled, { timeout: 60_000 }).toBeGreaterThan(before);
  await page.evaluate(() => {
    const note = () => Object.assign(window, { clickedAt: Date.now() });
    window.addEventListener("click", note, { capture: true, once: true });
  });
  try {
    await page.getByRole("button", { name: "Stop everything" }).click();
    await expect(page.getByText("All dialling is stopped.")).toBeVisible();
    expect(await rows("SELECT stopped FROM dialing_floor")).toEqual([{ stopped: true }]);
    const clicked = serverTime(await page.evaluate(() => (window as unknown as { clickedAt: number }).clickedAt));
    // What rang is served, and the carrier goes on telling of it; nothing new is dialled.
    await expect.poll(() => Number(carrier().at(-1)?.at) - clicked, { timeout: 60_000 }).toBeGreaterThan(5_000);
    const late = carrier().filter(({ what, at }) => what === "invite" && at > clicked + 1_000);
    expect(late, "dialled more than a second after the click").toEqual([]);
  } finally {
    await page.getByRole("button", { name: "Dial again" }).click();
  }
  await expect(page.getByText("All dialling is stopped.")).toBeHidden();
  expect(await rows("SELECT stopped FROM dialing_floor")).toEqual([{ stopped: false }]);
  const after = dialled();
  await expect.poll(dialled, { timeout: 60_000 }).toBeGreaterThan(after);
});

test("a seat is paused from its row", async ({ page }) => {
  const working = page
    .getByRole("table", { name: "Seats" })
    .locator("tbody tr")
    .filter({ hasText: /Ready|Talking|Wrap-up/ });
  let name = "";
  await expect(async () => {
    // Rows move with what happens on the floor: the name is read first, then found again.
    name = (await working.first().locator("td").first().textContent()) ?? "";
    await page.getByRole("button", { name: `Actions for ${name}`, exact: true }).click({ timeout: 2_000 });
    await page.getByRole("menuitem", { name: "Meeting" }).click({ timeout: 2_000 });
  }).toPass();
  const paused = async () => {
    const [found] = await rows(
      `SELECT count(*)::int AS n FROM dialing_deed d JOIN dialing_seat s ON d.payload->>'seat' = s.id::text
         JOIN accounts_user u ON u.id = s.user_id
        WHERE u.name = %s AND d.kind = 'seat_paused' AND d.payload->>'code' = 'meeting'`,
      name,
    );
    return found?.n;
  };
  await expect.poll(paused).toBeGreaterThan(0);
});

test("a seat is moved to another campaign, then logged out, and its tab says so", async ({ page, browser, shift }) => {
  const errors: string[] = [];
  const desk = await another(browser);
  watch(desk, errors);
  await signIn(desk, "agent");
  await sitDown(desk, shift);
  const seat = `SELECT s.state, c.name AS campaign, s.session IS NOT NULL AS held FROM dialing_seat s
                  JOIN accounts_user u ON u.id = s.user_id JOIN campaigns_campaign c ON c.id = s.wanted_id
                 WHERE u.name = 'Robin Free'`;
  expect(await rows(seat)).toEqual([{ state: "paused", campaign: shift.name, held: true }]);

  const [other] = await rows("SELECT name FROM campaigns_campaign WHERE state = 'running' ORDER BY created_at LIMIT 1");
  const campaign = String(other?.name);
  const deeds = page.getByRole("button", { name: "Actions for Robin Free" });
  await deeds.click();
  await page.getByRole("menuitem", { name: campaign }).click();
  await expect(desk.getByRole("region", { name: "Your seat" })).toContainText(campaign);
  await expect(page.getByRole("row").filter({ hasText: "Robin Free" })).toContainText(campaign);
  expect(await rows(seat)).toEqual([{ state: "paused", campaign, held: true }]);

  await deeds.click();
  await page.getByRole("menuitem", { name: "Log this seat out" }).click();
  await expect(desk.getByRole("button", { name: "Sit down" }).first()).toBeVisible();
  await expect(deeds).toBeHidden();
  expect(await rows(seat)).toEqual([{ state: "closed", campaign, held: false }]);
  expect(errors).toEqual([]);
  await desk.context().close();
});
