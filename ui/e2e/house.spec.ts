import { another, expect, expectAccessible, rows, signIn, test } from "./house";

test("somebody is invited, comes in, and is out within a second of being shown the door", async ({ page, browser }) => {
  const email = `walker${Date.now()}@demo.example`;
  await signIn(page, "administrator");
  await page.goto("/house/users");
  await page.getByRole("button", { name: "Invite" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Wanda Walker");
  await form.getByLabel("E-mail").fill(email);
  await expectAccessible(page, "an invitation");
  await form.getByRole("button", { name: "Make the link" }).click();
  const link = (await page.getByRole("dialog").locator("pre").textContent()) ?? "";
  expect(link).toContain("/join/");
  await page.keyboard.press("Escape");

  const guest = await another(browser);
  await guest.goto(new URL(link).pathname);
  const passwords = guest.locator("input[type=password]");
  await passwords.first().fill("a walk in the winter woods");
  if ((await passwords.count()) > 1) await passwords.nth(1).fill("a walk in the winter woods");
  await guest.keyboard.press("Enter");
  await guest.waitForURL((url) => !url.pathname.startsWith("/join"));
  expect(await rows("SELECT role, is_active FROM accounts_user WHERE email = %s", email)).toEqual([
    { role: "agent", is_active: true },
  ]);

  await page.reload();
  const allowed = page.getByRole("row").filter({ hasText: email }).getByRole("switch");
  await expect(allowed).toBeVisible();
  const answered = page.waitForResponse((answer) => answer.request().method() === "PATCH").then(() => Date.now());
  const left = guest.waitForURL(/\/sign-in/).then(() => Date.now());
  await allowed.click({ force: true });
  expect((await left) - (await answered), "milliseconds until the tab was out").toBeLessThan(1_000);
  expect(await rows("SELECT is_active FROM accounts_user WHERE email = %s", email)).toEqual([{ is_active: false }]);
  await guest.context().close();
});

test("the house's pause codes are what an agent sees", async ({ page }) => {
  await signIn(page, "administrator");
  await page.goto("/house/pause-codes");
  await page.getByRole("button", { name: "Add a code" }).click();
  const last = page.getByRole("row").last();
  await last.getByRole("textbox").nth(0).fill("prayer");
  await last.getByRole("textbox").nth(1).fill("Prayer");
  await last.getByRole("textbox").nth(2).fill("İbadet");
  await page.getByRole("button", { name: "Save" }).click();
  const kept = () => rows("SELECT label_tr FROM campaigns_pausecode WHERE code = 'prayer'");
  await expect.poll(kept).toEqual([{ label_tr: "İbadet" }]);
  await page.getByRole("button", { name: "Remove prayer" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(kept).toEqual([]);
});
