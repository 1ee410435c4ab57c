import { expect, expectAccessible, rows, signIn, test } from "./house";

test("a figure opens exactly its calls, and both agree with the database", async ({ page }) => {
  await signIn(page, "campaign_manager");
  await page.goto("/reports");
  const funnel = page.getByRole("table", { name: "Funnel" });
  // Outcomes of yesterday stand still: a running campaign's figures would move under the comparison.
  const talks = funnel.getByRole("row").filter({ hasText: "Talks with an agent" });
  await expect(talks.getByRole("button")).toBeVisible({ timeout: 60_000 });
  await talks.getByRole("button").click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText(/in all$/)).toBeVisible();
  const behind = Number(((await drawer.getByText(/in all$/).textContent()) ?? "").replaceAll(/[^\d]/g, ""));
  const items = await drawer.getByRole("table").locator("tbody tr").count();
  expect(items).toBe(Math.min(behind, 100));
  const [counted] = await rows(page, "SELECT count(*)::int AS n FROM dialing_attempt WHERE connected_at IS NOT NULL");
  // Talks that began since the page was opened are in the database only.
  expect(behind).toBeGreaterThan(0);
  expect(behind).toBeLessThanOrEqual(Number(counted?.n));
  await expectAccessible(page, "calls behind a figure");

  // From the figure to the person, and to the facts that one attempt was ruled on.
  await drawer.getByRole("table").locator("tbody tr").first().click();
  await page.waitForURL(/\/people\/[0-9a-f-]{36}/);
  await page.getByRole("link", { name: "Facts and ruling" }).first().click();
  await page.waitForURL(/\/people\/attempts\/[0-9a-f-]{36}/);
  const attempt = page.url().split("/").at(-1) ?? "";
  await page.getByRole("button", { name: "The facts that were ruled on" }).click();
  const [fact] = await rows(
    page,
    "SELECT facts->'number'->>'e164' AS e164 FROM dialing_ruling WHERE attempt_id = %s",
    attempt,
  );
  await expect(page.getByRole("table", { name: "The facts that were ruled on" })).toContainText(String(fact?.e164));
  await expectAccessible(page, "an attempt");
});

test("a figure without movement equals its calls to the last one", async ({ page }) => {
  await signIn(page, "campaign_manager");
  const campaigns = (await (await page.request.get("/api/campaigns")).json()) as { id: string; state: string }[];
  const [campaign] = campaigns;
  const report = (await (
    await page.request.get(`/api/reports/campaigns/${campaign?.id}?zone=UTC&until=2000-01-01`)
  ).json()) as { funnel: { n: number; cell: string }[] };
  expect(report.funnel.every((figure) => figure.n === 0)).toBe(true);
});
