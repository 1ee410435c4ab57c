import { fileURLToPath } from "node:url";
import { expect, expectAccessible, rows, signIn, test } from "./house";

const MESSY = (name: string) => fileURLToPath(new URL(`../../tests/intake/messy/${name}`, import.meta.url));

test("a messy list: detected, mapped, counted, its refusals as a file, accepted without the bad rows, undone", async ({
  page,
}) => {
  await signIn(page, "list_manager");
  await page.goto("/lists");
  await page.getByLabel("Supplier").fill("Walks Ltd");
  await page.getByLabel("Source").fill("own customers");
  await page.locator("input[type=file]").setInputFiles(MESSY("15-nanp-bad-numbers.csv"));
  await page.waitForURL(/\/lists\/import\//);
  const imported = page.url().split("/").at(-1) ?? "";
  await expect(page.getByRole("table", { name: "Columns and the first rows" })).toBeVisible();
  await expectAccessible(page, "columns");
  await page.getByRole("button", { name: "Read the file" }).click();
  await expect(page.getByText("Good rows")).toBeVisible();
  await expectAccessible(page, "what was found");
  await expect(page.getByRole("table", { name: "Refused" })).toBeVisible();

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Everything that was refused, as a file" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`rejects-${imported}.csv`);

  await page.getByRole("button", { name: "Accept without the bad rows" }).click();
  await expect(page.getByText(/contacts stand in the list/)).toBeVisible();
  const [accepted] = await rows(
    `SELECT i.state, i.counts->>'good' AS good, l.contacts_count::text AS contacts, l.supplier,
            (SELECT count(*)::text FROM contacts_contact c WHERE c.list_id = l.id) AS written
       FROM contacts_import i JOIN contacts_contactlist l ON l.id = i.list_id WHERE i.id = %s`,
    imported,
  );
  expect(accepted?.state).toBe("accepted");
  expect(accepted?.supplier).toBe("Walks Ltd");
  expect(accepted?.contacts).toBe(accepted?.good);
  expect(accepted?.written).toBe(accepted?.good);

  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("Undone").first()).toBeVisible();
  expect(
    await rows(
      `SELECT i.state, (SELECT count(*) FROM contacts_contact c WHERE c.list_id = i.list_id) AS left
         FROM contacts_import i WHERE i.id = %s`,
      imported,
    ),
  ).toEqual([{ state: "undone", left: 0 }]);
});

test("a file that holds no list says what to do", async ({ page }) => {
  await signIn(page, "list_manager");
  await page.goto("/lists");
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "empty.csv", mimeType: "text/csv", buffer: Buffer.from("") });
  await expect(page.getByRole("alert")).toContainText("This file holds no rows");
  const imported = page.url().split("/").at(-1) ?? "";
  await page.getByRole("button", { name: "Throw away" }).click();
  await expect(page.getByText("Thrown away")).toBeVisible();
  expect(await rows("SELECT state FROM contacts_import WHERE id = %s", imported)).toEqual([{ state: "discarded" }]);
});

test("reading is cancelled, and begun again to the end", async ({ page }) => {
  const n = 30_000;
  const numbers = Array.from({ length: n }, (_, row) => `Rae${row},Reader,+1646${String(2_000_000 + row)}`);
  await signIn(page, "list_manager");
  await page.goto("/lists");
  await page.locator("input[type=file]").setInputFiles({
    name: "long.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(["First name,Last name,Phone", ...numbers].join("\n")),
  });
  await page.waitForURL(/\/lists\/import\//);
  const imported = page.url().split("/").at(-1) ?? "";
  const state = "SELECT state, counts->>'rows_read' AS read FROM contacts_import WHERE id = %s";
  await page.getByRole("button", { name: "Read the file" }).click();
  await expect(page.getByRole("progressbar", { name: "Rows read" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("button", { name: "Choose columns again" })).toBeVisible();
  expect(await rows("SELECT state FROM contacts_import WHERE id = %s", imported)).toEqual([{ state: "cancelled" }]);

  await page.getByRole("button", { name: "Choose columns again" }).click();
  await page.getByRole("button", { name: "Read the file" }).click();
  await expect(page.getByText("Good rows")).toBeVisible({ timeout: 120_000 });
  expect(await rows(state, imported)).toEqual([{ state: "ready", read: String(n) }]);
  await page.getByRole("button", { name: "Throw away" }).click();
  await expect(page.getByText("Thrown away").first()).toBeVisible();
});
