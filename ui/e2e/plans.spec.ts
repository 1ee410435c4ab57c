import type { Page } from "@playwright/test";
import { expect, expectAccessible, rows, signIn, test } from "./house";

const EVENINGS = 3;

test.beforeEach(async ({ page }) => {
  await signIn(page, "campaign_manager");
});

async function expectSimulated(page: Page, kind: "what_if" | "replay"): Promise<string> {
  await expect(page.getByText(/^\d+ evenings simulated\.$/)).toBeVisible({ timeout: 60_000 });
  const [run] = await rows(
    `SELECT r.id::text, r.wanted, count(e.seed)::int AS done
       FROM planning_run r JOIN planning_simulatedevening e ON e.run_id = r.id
      WHERE r.kind = %s GROUP BY r.id ORDER BY r.id DESC LIMIT 1`,
    kind,
  );
  expect(run?.done).toBe(run?.wanted);
  return String(run?.id);
}

test("a plan is typed, simulated and read by keyboard, and its figures are those that are kept", async ({ page }) => {
  await page.goto("/what-if");
  const plan = page.getByRole("form", { name: "Plan A" });
  await plan.getByRole("button", { name: "Prices and more settings" }).press("Enter");
  for (const [name, value] of [
    ["Seats", "4"],
    ["Hours", "0.5"],
    ["Evenings", String(EVENINGS)],
  ] as const) {
    await plan.getByRole("textbox", { name, exact: true }).fill(value);
  }
  await plan.getByRole("button", { name: `Simulate ${EVENINGS} evenings` }).press("Enter");
  const run = await expectSimulated(page, "what_if");
  expect(page.url()).toContain(run);
  const [kept] = await rows("SELECT jsonb_array_length(result->'each') AS n FROM planning_run WHERE id = %s", run);
  expect(kept?.n).toBe(EVENINGS);
  const drawnFrom = page.getByRole("table", { name: "Drawn from" });
  await expect(drawnFrom.getByRole("row")).toHaveCount(7);
  await expectAccessible(page, "what if, with its result");
});

test("a day is dialled again, and unchanged it is what it was", async ({ page }) => {
  // The day that the demo is at: its journal is there from the beginning.
  await page.goto("/replay");
  const again = page.getByRole("form", { name: "Dial a day again" });
  await again.getByRole("textbox", { name: "Seats more or fewer" }).fill("-1");
  await again.getByRole("button", { name: "Dial the day again" }).press("Enter");
  await expectSimulated(page, "replay");
  await expect(page.getByText("Unchanged, the day comes out exactly as it was")).toBeVisible();
  await expectAccessible(page, "replay, with its result");
});

test("seats for callers and for dialling out are counted, and one group for both needs fewer", async ({ page }) => {
  await page.goto("/staffing");
  await page.getByRole("combobox", { name: "Dialling out for" }).click();
  await page.getByRole("option").nth(1).click();
  const inbound = page.getByRole("checkbox", { name: "Callers on the inbound lines" });
  if (!(await inbound.isChecked())) await inbound.check();
  const halves = page.getByRole("table", { name: "Half hours" });
  await halves.getByRole("textbox", { name: "Callers at 09:00" }).fill("100");
  await halves.getByRole("textbox", { name: "Handle time at 09:00" }).fill("180");
  await halves.getByRole("textbox", { name: "Talks wanted at 09:00" }).fill("50");
  await page.getByRole("button", { name: "Count the seats" }).press("Enter");
  await expect(page.getByText(/saves .* seat hours beside two groups/)).toBeVisible();
  const nine = halves.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "09:00" }) });
  const said = async (column: string) => {
    const names = await halves.getByRole("columnheader").allTextContents();
    return Number((await nine.locator("th,td").nth(names.indexOf(column)).textContent()) ?? "");
  };
  const [apart, both, seats] = [await said("Two groups"), await said("One group for both"), await said("Seats")];
  expect(both).toBeLessThan(apart);
  expect(seats).toBe(both);
  await expectAccessible(page, "staffing, with its result");
});
