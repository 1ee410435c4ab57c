import { another, expect, expectAccessible, rows, signIn, test, watch } from "./house";

test("do not call takes one person, and lifting it two", async ({ page, browser }) => {
  const number = `+1212555${String(Date.now() % 10_000).padStart(4, "0")}`;
  await signIn(page, "list_manager");
  await page.goto("/law/do-not-call");
  await page.getByRole("button", { name: "Do not call a number" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Number").fill(number);
  await form.getByLabel("Reason").fill("said so in a letter");
  await expectAccessible(page, "the form");
  await form.getByRole("button", { name: "Do not call", exact: true }).click();
  await expect(form.getByRole("status")).toContainText("Receipt");
  const [made] = await rows(
    "SELECT receipt, ended_at FROM consents_suppression WHERE e164 = %s ORDER BY at DESC LIMIT 1",
    number,
  );
  await expect(form.getByRole("status")).toContainText(String(made?.receipt));
  await form.getByRole("button", { name: "Close", exact: true }).last().click();

  // The receipt finds it again.
  await page.getByRole("textbox", { name: "Number or receipt" }).fill(String(made?.receipt));
  await expect(page.getByRole("table", { name: "Do not call" }).getByText(number)).toBeVisible();
  await page.getByRole("button", { name: `Ask to lift it for ${number}` }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("asked for an offer in writing");
  await page.getByRole("dialog").getByRole("button", { name: "Ask to lift it" }).click();
  await expect(page.getByText("in force, lifting asked for")).toBeVisible();
  await expect(page.getByRole("button", { name: `Lift it for ${number}` })).toHaveCount(0);

  const errors: string[] = [];
  const second = await another(browser);
  watch(second, errors);
  await signIn(second, "compliance_officer");
  await second.goto("/law/do-not-call?show=asked");
  await second.getByRole("button", { name: `Lift it for ${number}` }).click();
  await expect(second.getByRole("button", { name: `Lift it for ${number}` })).toHaveCount(0);
  expect(
    await rows(
      `SELECT ended_at IS NOT NULL AS ended, end_asked_by <> end_confirmed_by AS two_people
         FROM consents_suppression WHERE e164 = %s`,
      number,
    ),
  ).toEqual([{ ended: true, two_people: true }]);
  expect(errors).toEqual([]);
  await second.context().close();
});

test("an own list is not called any more, whole", async ({ page }) => {
  const base = 1000 + (Date.now() % 8000);
  const numbers = [base, base + 1, base + 2].map((one) => `+1646555${one}`);
  await signIn(page, "list_manager");
  await page.goto("/law/do-not-call");
  await page.getByRole("button", { name: "Bring an own list" }).click();
  const form = page.getByRole("dialog");
  await form.locator("input[type=file]").setInputFiles({
    name: "own.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`phone\n${numbers.join("\n")}\n12\n`),
  });
  await form.getByRole("button", { name: "Bring it in" }).click();
  await expect(form.getByRole("status")).toContainText("3 new");
  await expect(form.getByRole("table", { name: "Refused" }).getByRole("row")).toHaveCount(2);
  expect(
    await rows(
      "SELECT count(*) AS n FROM consents_suppression WHERE ended_at IS NULL AND e164 IN (%s, %s, %s)",
      ...numbers,
    ),
  ).toEqual([{ n: 3 }]);
});

test("may we call: the ruling in sentences, and nothing is written", async ({ page }) => {
  await signIn(page, "compliance_officer");
  const attempts = "SELECT count(*)::int AS n FROM dialing_attempt WHERE e164 = %s";
  const number = "+12125550107";
  const before = await rows(attempts, number);
  await page.goto("/law/may-we");
  await page.getByLabel("Number").fill(number);
  // Enter asks only once the campaigns have come.
  await expect(page.getByRole("button", { name: "Ask", exact: true })).toBeEnabled();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: /lawful|barred|missing/ })).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "a ruling, dark");
  expect(await rows(attempts, number)).toEqual(before);
});

test("a registry's copy: loaded for a seller, with its age, its areas and its hash", async ({ page }) => {
  await signIn(page, "compliance_officer");
  await page.goto("/law/registries");
  await expect(page.getByRole("table", { name: "Registries" }).getByText("US-FTC").first()).toBeVisible();
  const held = await rows(
    "SELECT sha256, rows, as_of FROM consents_registryversion ORDER BY as_of DESC, loaded_at DESC LIMIT 1",
  );
  await expect(page.getByText(String(held[0]?.sha256).slice(0, 12))).toBeVisible();
  await expect(page.getByText(/good for \d+ more days/).first()).toBeVisible();
  await expectAccessible(page, "registries");
});

test("a registry's file is loaded for one area code, and becomes a version of its own", async ({ page }) => {
  const newest = "SELECT code, areas, rows, sha256 FROM consents_registryversion ORDER BY loaded_at DESC LIMIT 1";
  const [before] = await rows(newest);
  await signIn(page, "compliance_officer");
  await page.goto("/law/registries");
  await page.getByRole("button", { name: "Load a copy" }).click();
  const form = page.getByRole("dialog");
  const last = String(1000 + (Date.now() % 9000));
  await form.locator("input[type=file]").setInputFiles({
    name: "guam.txt",
    mimeType: "text/plain",
    buffer: Buffer.from(`671,555${last}\n`),
  });
  await form.getByLabel("Area codes").fill("671");
  await expectAccessible(page, "loading a registry");
  await form.getByRole("button", { name: "Load", exact: true }).click();
  // A copy that is so much smaller than the last one of its area is asked about once.
  const smaller = form.getByRole("checkbox", { name: /^Yes, the list really is so much smaller/ });
  await expect(async () => {
    if (await smaller.isVisible()) {
      await smaller.check();
      await form.getByRole("button", { name: "Load", exact: true }).click();
    }
    await expect(form).toBeHidden({ timeout: 5_000 });
  }).toPass();
  const [after] = await rows(newest);
  expect(after).toMatchObject({ code: "US-FTC", rows: 1 });
  expect(String(after?.areas)).toContain("671");
  expect(after?.sha256).not.toBe(before?.sha256);
  await expect(page.getByText(String(after?.sha256).slice(0, 12))).toBeVisible();
});
