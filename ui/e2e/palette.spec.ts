import { expect, rows, signIn, test } from "./house";

test("the keys of the screen stand on “?”, and the palette finds in the other language too", async ({ page }) => {
  await signIn(page, "supervisor");
  await expect(page.getByRole("note")).toContainText("Made-up world");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys on this screen" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keys on this screen" })).toBeHidden();
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find anything" }).fill("xyzzy");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.getByRole("textbox", { name: "Find anything" }).fill("kampanya");
  await expect(
    page
      .getByRole("option", { name: "Campaigns" })
      .or(page.getByRole("button", { name: "Campaigns" }))
      .last(),
  ).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/campaigns/);
  const [all] = await rows("SELECT count(*)::int AS n FROM campaigns_campaign");
  await expect(page.getByRole("table").locator("tbody tr")).toHaveCount(Number(all?.n));
});
