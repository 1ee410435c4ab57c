import { another, expect, hangUp, leaveDesk, rows, signIn, sitDown, test, waitForTalk } from "./house";

const RECORDS = "SELECT code, notes, receipt FROM dialing_dispositionrecord WHERE attempt_id = %s ORDER BY at";

test.beforeEach(async ({ page, shift }) => {
  await signIn(page, "agent");
  await sitDown(page, shift);
});

test.afterEach(async ({ page }) => {
  await leaveDesk(page);
});

test("a talk by keyboard alone: note, hang-up, disposition, and it stands in the database", async ({ page }) => {
  const call = await waitForTalk(page);
  await page.keyboard.press("n");
  await page.keyboard.type("Asked for the winter tariff.");
  await expect(page.getByTestId("draft-state")).toContainText("saved");
  await page.keyboard.press("Escape");
  await hangUp(page);
  await page.keyboard.press("4");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("seat-state")).toHaveText("Paused");
  expect(await rows(RECORDS, call)).toEqual([
    { code: "not_interested", notes: "Asked for the winter tariff.", receipt: "" },
  ]);
});

test("notes and chosen code are the same after a reload", async ({ page }) => {
  const call = await waitForTalk(page);
  await page.keyboard.press("6");
  await page.keyboard.press("n");
  await page.keyboard.type("Call again in the evening");
  await expect(page.getByTestId("draft-state")).toContainText("saved");
  await page.reload();
  await expect(page.getByTestId("card")).toHaveAttribute("data-call", call);
  await expect(page.getByLabel("Notes")).toHaveValue("Call again in the evening");
  await expect(page.locator("[data-code=hung_up]")).toHaveAttribute("aria-pressed", "true");
  expect(await rows("SELECT text, code FROM dialing_draft WHERE attempt_id = %s", call)).toEqual([
    { text: "Call again in the evening", code: "hung_up" },
  ]);
});

test("a disposition chosen offline is sent once when the network is back", async ({ page, context }) => {
  const call = await waitForTalk(page);
  await hangUp(page);
  await page.keyboard.press("n");
  await page.keyboard.type("Written without a network");
  await page.keyboard.press("Escape");
  await context.setOffline(true);
  await page.keyboard.press("6");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Kept here:")).toBeVisible();
  // Time goes on without a network, on the screen too.
  await expect(page.getByRole("region", { name: "Your seat" })).toContainText(/0:3\d/, { timeout: 60_000 });
  await expect(page.getByLabel("Notes")).toHaveValue("Written without a network");
  await context.setOffline(false);
  await expect(page.getByTestId("seat-state")).toHaveText("Paused", { timeout: 30_000 });
  const said = await rows(RECORDS, call);
  expect(said.at(-1)).toMatchObject({ code: "hung_up", notes: "Written without a network" });
  expect(said.filter(({ code }) => code === "hung_up")).toHaveLength(1);
});

test("“remove me” is one key, gives a receipt, and the number is suppressed", async ({ page }) => {
  const call = await waitForTalk(page);
  await page.keyboard.press("r");
  const receipt = (await page.getByTestId("receipt").textContent()) ?? "";
  expect(receipt).not.toBe("");
  const found = await rows(
    "SELECT s.receipt FROM consents_suppression s JOIN dialing_attempt a ON a.e164 = s.e164 AND a.seller_id = s.seller_id WHERE a.id = %s",
    call,
  );
  expect(found).toContainEqual({ receipt });
});

test("a callback is promised in the person's own lawful time", async ({ page }) => {
  const call = await waitForTalk(page);
  await page.keyboard.press("c");
  await expect(page.getByRole("region", { name: "Callback" })).toBeVisible();
  await page
    .getByRole("region", { name: "Callback" })
    .getByRole("button", { name: /^[A-Z][a-z]{2} \d/ })
    .nth(1)
    .click();
  const slot = page
    .locator("[aria-label='Callback'] button[aria-pressed]:not([aria-disabled])")
    .filter({ hasText: /^\d\d:\d\d$/ })
    .first();
  await slot.click();
  await hangUp(page);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("seat-state")).toHaveText("Paused");
  expect(await rows("SELECT state FROM dialing_callback WHERE attempt_id = %s", call)).toEqual([{ state: "waiting" }]);
});

test("a second desk asks to take over, and the first is read-only within a second", async ({ page, browser }) => {
  const second = await another(browser);
  await signIn(second, "agent");
  await second.goto("/desk");
  await second.getByRole("button", { name: "Take over here" }).click();
  await expect(second.getByTestId("seat-state")).toBeVisible();
  await expect(page.getByText("You sit at another desk")).toBeVisible({ timeout: 1_500 });
  await page.getByRole("button", { name: "Take over here" }).click();
  await expect(page.getByTestId("seat-state")).toBeVisible();
  expect(
    await rows(
      "SELECT count(*) AS seats FROM dialing_seat s JOIN accounts_user u ON u.id = s.user_id WHERE u.email = %s",
      "you@demo.example",
    ),
  ).toEqual([{ seats: 1 }]);
  await second.context().close();
});
