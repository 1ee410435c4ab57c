import { expect, expectAccessible, rows, signIn, test } from "./house";

const TRUNK =
  "SELECT name, host, codecs, prices->0->>'prefix' AS prefix, prices->0->>'per_minute' AS minute, secret <> '' AS sealed FROM lines_trunk WHERE name = %s";

test("a trunk is entered by its screen, its secret is sealed, and its codecs keep their order", async ({ page }) => {
  const name = `Walk ${Date.now()}`;
  await signIn(page, "administrator");
  await page.goto("/house/lines");
  await page.getByRole("button", { name: "New trunk" }).first().click();
  const form = page.getByRole("dialog", { name: "New trunk" });
  await form.getByLabel(/^Name/).fill(name);
  await form.getByLabel(/^Address/).fill("sip.carrier.example");
  await form.getByLabel(/^User name/).fill("harbor");
  await form.getByRole("button", { name: "G.711 A-law up" }).click();
  await form.getByRole("button", { name: "Add a price" }).click();
  await form.getByLabel("Begins with, row 1").fill("1");
  await form.getByLabel("A minute, row 1").fill("0,012");
  await form.getByLabel("What would a call to this number cost?").fill("+1 202 555 0100");
  await expect(form.getByText("3 minutes: 0.0360 USD")).toBeVisible();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByText("To sign in it needs the password")).toBeVisible();
  await form.getByLabel(/^Password/).fill("a secret of the carrier");
  await expectAccessible(page, "the form of a trunk");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("region", { name })).toContainText("Nothing heard of it yet");
  expect(await rows(TRUNK, name)).toMatchObject([
    {
      host: "sip.carrier.example",
      codecs: ["alaw", "ulaw"],
      sealed: true,
      prefix: "1",
      minute: "0.012",
    },
  ]);
  await expectAccessible(page, "the lines");
  await page.getByRole("button", { name: `Remove: ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("region", { name })).toBeHidden();
  expect(await rows(TRUNK, name)).toEqual([]);
});
