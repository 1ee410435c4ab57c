import { expect, expectAccessible, rows, signIn, tabTo, test } from "./house";

const FILE = [
  "first name,last name,phone,state",
  ...Array.from(
    { length: 40 },
    (_, index) => `Ada${index},Walker,(212) 555-${String(100 + index).padStart(4, "0")},NY`,
  ),
].join("\n");

/** Each entry is one input that the way from a file to a running campaign requires. */
const inputs: string[] = [];

test("from a file to a running campaign by keyboard alone, in at most eight inputs", async ({ page }) => {
  await signIn(page, "campaign_manager");
  await page.goto("/lists");
  // The chooser is the browser's own window; by keyboard it opens with Enter on the button.
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, "Choose a file");
  await page.keyboard.press("Enter");
  inputs.push("file");
  await (await chooser).setFiles({ name: "walkers.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) });
  await page.waitForURL(/\/lists\/import\//);
  await expect(page.getByRole("button", { name: "Read the file" })).toBeVisible();
  await tabTo(page, "Read the file");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Accept", exact: true })).toBeVisible();
  await tabTo(page, "Accept");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/contacts stand in the list/)).toBeVisible();
  await tabTo(page, "New campaign with this list");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/campaigns\/new/);

  // The first field has the focus; what is required and not yet filled is asked for, the rest stands.
  await expect(page.getByLabel("Name")).toBeFocused();
  const name = `Walk ${Date.now()}`;
  await page.keyboard.type(name);
  inputs.push("name");
  await tabTo(page, "Product or subject");
  await page.keyboard.type("a warmer home");
  inputs.push("product");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}/);
  const campaign = page.url().split("/").at(-1) ?? "";
  await expectAccessible(page, "a new campaign");
  await expect(page.getByRole("button", { name: "Start" })).toBeVisible();
  await tabTo(page, "Start");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Pause", exact: true })).toBeVisible();
  expect(inputs.length, `required inputs: ${inputs.join(", ")}`).toBeLessThanOrEqual(8);
  expect(
    await rows(
      `SELECT c.state, c.name, (SELECT count(*) FROM campaigns_campaignlist l WHERE l.campaign_id = c.id) AS lists
         FROM campaigns_campaign c WHERE c.id = %s`,
      campaign,
    ),
  ).toEqual([{ state: "running", name, lists: 1 }]);

  // A change is shown before it is in force, and becomes a version.
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("Wrap-up time").fill("45");
  await page.getByRole("button", { name: "Show what changes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await rows("SELECT wrap_up_s, version FROM campaigns_campaign WHERE id = %s", campaign)).toEqual([
    { wrap_up_s: 45, version: 2 },
  ]);

  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(page.getByRole("button", { name: "Go on" })).toBeVisible();
  await page.getByRole("button", { name: "End" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End for good" }).click();
  await expect(page.getByText("Ended").first()).toBeVisible();
  expect(await rows("SELECT state FROM campaigns_campaign WHERE id = %s", campaign)).toEqual([{ state: "ended" }]);
});

test("why-not adds up to all contacts, and each reason opens people of its kind", async ({ page }) => {
  await signIn(page, "compliance_officer");
  await page.goto("/campaigns");
  await page.getByRole("row").filter({ hasText: "Running" }).last().click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}/);
  const campaign = page.url().split("/").at(-1) ?? "";
  const table = page.getByRole("table", { name: "Why the others are not called" });
  await expect(table).toBeVisible({ timeout: 60_000 });
  const counts = await table
    .locator("tbody tr td:nth-child(2), tfoot tr th:nth-child(2)")
    .evaluateAll((cells) => cells.map((cell) => Number((cell.textContent ?? "").replaceAll(/[^\d]/g, ""))));
  const [held] = await rows(
    `SELECT count(*)::int AS n FROM contacts_contact c JOIN campaigns_campaignlist l ON l.list_id = c.list_id
      WHERE l.campaign_id = %s`,
    campaign,
  );
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(held?.n);
});
