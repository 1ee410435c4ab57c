import { expect, rows, signIn, test } from "./house";

test.beforeEach(async ({ page }) => {
  await signIn(page, "supervisor");
  await page.goto("/floor");
});

test("the wallboard shows the seats that are in the database", async ({ page }) => {
  const seats = page.getByRole("table", { name: "Seats" });
  await expect(seats.locator("tbody tr").first()).toBeVisible();
  const open = await rows(page, "SELECT count(*) AS n FROM dialing_seat WHERE state <> 'closed'");
  await expect(seats.locator("tbody tr")).toHaveCount(Number(open[0]?.n));
});

test("everything stops at once, and goes on again", async ({ page }) => {
  await page.getByRole("button", { name: "Stop everything" }).click();
  await expect(page.getByText("All dialling is stopped.")).toBeVisible();
  expect(await rows(page, "SELECT stopped FROM dialing_floor")).toEqual([{ stopped: true }]);
  await page.getByRole("button", { name: "Dial again" }).click();
  await expect(page.getByText("All dialling is stopped.")).toBeHidden();
  expect(await rows(page, "SELECT stopped FROM dialing_floor")).toEqual([{ stopped: false }]);
});

test("a seat is paused from its row", async ({ page }) => {
  const row = page
    .getByRole("table", { name: "Seats" })
    .locator("tbody tr")
    .filter({ hasText: /Ready|Talking|Wrap-up/ })
    .first();
  const name = await row.locator("td").first().textContent();
  await row.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Meeting" }).click();
  await expect(async () => {
    const found = await rows(
      page,
      "SELECT d.kind FROM dialing_deed d JOIN dialing_seat s ON d.payload->>'seat' = s.id::text JOIN accounts_user u ON u.id = s.user_id WHERE u.name = %s AND d.kind = 'seat_paused' AND d.payload->>'code' = 'meeting'",
      name ?? "",
    );
    expect(found.length).toBeGreaterThan(0);
  }).toPass();
});
