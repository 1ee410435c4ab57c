import { expect, expectAccessible, rows, signIn, test } from "./house";

test("a figure opens its calls, and both agree with the database", async ({ page }) => {
  await signIn(page, "campaign_manager");
  const [running] = await rows(
    "SELECT id::text FROM campaigns_campaign WHERE state = 'running' ORDER BY created_at LIMIT 1",
  );
  const campaign = String(running?.id);
  const talked = async () => {
    const [counted] = await rows(
      "SELECT count(*)::int AS n FROM dialing_attempt WHERE connected_at IS NOT NULL AND campaign_id = %s",
      campaign,
    );
    return Number(counted?.n);
  };
  await expect.poll(talked, { timeout: 60_000 }).toBeGreaterThan(0);
  await page.goto(`/reports?campaign=${campaign}`);
  const talks = page
    .getByRole("table", { name: "Funnel" })
    .getByRole("row")
    .filter({ hasText: "Talks with an agent" })
    .getByRole("button");
  await expect(talks).toBeVisible();
  // The shift goes on while we look: what the drawer says lies between the counts before and after.
  const before = await talked();
  await talks.click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText(/in all$/)).toBeVisible();
  const behind = Number(((await drawer.getByText(/in all$/).textContent()) ?? "").replaceAll(/[^\d]/g, ""));
  expect(await drawer.getByRole("table").locator("tbody tr").count()).toBe(Math.min(behind, 100));
  expect(behind).toBeGreaterThanOrEqual(before);
  expect(behind).toBeLessThanOrEqual(await talked());
  await expectAccessible(page, "calls behind a figure");

  // From the figure to the person, and to the facts that one attempt was ruled on.
  await drawer.getByRole("table").locator("tbody tr").first().click();
  await page.waitForURL(/\/people\/[0-9a-f-]{36}/);
  await page.getByRole("link", { name: "Facts and ruling" }).first().click();
  await page.waitForURL(/\/people\/attempts\/[0-9a-f-]{36}/);
  const attempt = page.url().split("/").at(-1) ?? "";
  await page.getByRole("button", { name: "The facts that were ruled on" }).click();
  const [fact] = await rows(
    "SELECT facts->'number'->>'e164' AS e164 FROM dialing_ruling WHERE attempt_id = %s",
    attempt,
  );
  await expect(page.getByRole("table", { name: "The facts that were ruled on" })).toContainText(String(fact?.e164));
  await expectAccessible(page, "an attempt");
});
