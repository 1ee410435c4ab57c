import { another, expect, expectAccessible, rows, signIn, test, watch } from "./house";

const LAST =
  "SELECT subject, name, after::text AS after, loosens, version IS NOT NULL AS in_force FROM policies_change ORDER BY asked_at DESC LIMIT 1";

test("a house tightens alone and loosens with two people", async ({ page, browser }) => {
  await signIn(page, "compliance_officer");
  await page.goto("/law/console?show=policy");
  await expect(page.getByRole("table", { name: "House policy" }).getByText("US-TSR-22").first()).toBeVisible();
  await expectAccessible(page, "house policy");

  // Whatever an earlier walk left: a pause of so many hours that nobody has had yet is a change in any case.
  const [before] = await rows(
    "SELECT coalesce(max((after #>> '{}')::int), 100) AS hours FROM policies_change WHERE name = 'pause_hours' AND after <> 'null' AND version IS NOT NULL",
  );
  const hours = Number(before?.hours) + 1;
  await page.getByRole("button", { name: "Change: Pause between attempts" }).click();
  const form = page.getByRole("dialog");
  // What is typed is never made into another number.
  await form.getByLabel("Pause between attempts").fill("-5");
  await expect(form.getByText("“-5” is no whole number from 0 up.")).toBeVisible();
  await expect(form.getByRole("button", { name: "Save" })).toBeDisabled();
  await form.getByLabel("Pause between attempts").fill(String(hours));
  await expectAccessible(page, "a measure");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toBeHidden();
  expect(await rows(LAST)).toEqual([
    { subject: "measure", name: "pause_hours", after: String(hours), loosens: false, in_force: true },
  ]);

  await page.getByRole("button", { name: "Change: Pause between attempts" }).click();
  await form.getByLabel("Pause between attempts").fill("");
  await form.getByLabel("Reason").fill("the walk is over");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toBeHidden();
  await page.getByRole("tab", { name: /^Changes/ }).click();
  await expect(page.getByRole("button", { name: "Take back: Pause between attempts" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Confirm: Pause between attempts" })).toHaveCount(0);

  const errors: string[] = [];
  const second = await another(browser);
  watch(second, errors);
  await signIn(second, "administrator");
  await second.goto("/law/console?show=changes");
  await second.getByRole("button", { name: "Confirm: Pause between attempts" }).click();
  await expect(second.getByRole("button", { name: "Confirm: Pause between attempts" })).toHaveCount(0);
  await expectAccessible(second, "the log of changes");
  expect(
    await rows(
      "SELECT after IS NULL AS gone, version IS NOT NULL AS in_force, asked_by <> decided_by AS two_people FROM policies_change ORDER BY asked_at DESC LIMIT 1",
    ),
  ).toEqual([{ gone: true, in_force: true, two_people: true }]);
  expect(errors).toEqual([]);
  await second.context().close();
});

test("a country goes off at once, and on again with a second person", async ({ page, browser }) => {
  await signIn(page, "compliance_officer");
  await page.goto("/law/console");
  await page.getByRole("button", { name: "What is blocked: Canada" }).click();
  await expect(page.getByRole("dialog").getByText("CA-12").first()).toBeVisible();
  await expectAccessible(page, "what is blocked");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Switch off: Canada" }).click();
  const box = page.getByRole("dialog");
  await box.getByLabel("Reason").fill("no counsel there yet");
  await box.getByRole("button", { name: "Switch off" }).click();
  await expect(page.getByText("Nobody is called there.")).toBeVisible();
  expect(await rows(LAST)).toEqual([{ subject: "pack", name: "CA", after: "false", loosens: false, in_force: true }]);
  await page.getByRole("button", { name: "Ask to switch on: Canada" }).click();
  await box.getByLabel("Reason").fill("counsel has read it");
  await box.getByRole("button", { name: "Ask to switch on" }).click();
  await expect(page.getByText("waits for a second person")).toBeVisible();
  await expect(page.getByText("Nobody is called there.")).toBeVisible();

  const second = await another(browser);
  await signIn(second, "administrator");
  await second.goto("/law/console?show=changes");
  await second.getByRole("button", { name: "Confirm: Canada" }).click();
  await expect(second.getByRole("button", { name: "Confirm: Canada" })).toHaveCount(0);
  expect(await rows(LAST)).toEqual([{ subject: "pack", name: "CA", after: "true", loosens: true, in_force: true }]);
  await second.context().close();
});

test("ages, abandoned calls and the callable inventory, read by keyboard", async ({ page, shift }) => {
  await signIn(page, "campaign_manager");
  await page.goto("/law/console?show=fresh");
  await expect(page.getByRole("table", { name: "Copies of registries" }).getByText("US-FTC").first()).toBeVisible();
  await expectAccessible(page, "registries and proofs");
  await page.getByRole("tab", { name: "Abandoned calls" }).click();
  const abandoned = page.getByRole("table", { name: "Abandoned calls" });
  for (const one of ["United States", "Canada", "United Kingdom", "Today"]) {
    await expect(abandoned.getByRole("columnheader", { name: new RegExp(one) })).toBeVisible();
  }
  await expectAccessible(page, "abandoned calls");

  await page.getByRole("tab", { name: "Callable inventory" }).click();
  await page.getByRole("combobox", { name: "Campaign" }).click();
  await page.getByRole("option", { name: shift.name }).click();
  const sheet = page.getByRole("table", { name: "Callable people by day and hour" });
  await expect(sheet.getByRole("button")).toHaveCount(168, { timeout: 60_000 });
  await expectAccessible(page, "the inventory");
  await sheet.locator("button[aria-pressed=true]").focus();
  await page.keyboard.press("ArrowDown");
  await expect(sheet.locator("button:focus")).toHaveAttribute("aria-pressed", "true");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "the inventory, dark");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`inventory-${shift.campaign}.csv`);
  const said = await page.getByText(/^Of [\d,]+ people/).textContent();
  const [held] = await rows(
    "SELECT count(*)::int AS n FROM dialing_due WHERE campaign_id = %s AND (NOT done OR done_reason NOT IN ('sale', 'max_attempts'))",
    shift.campaign,
  );
  expect(said).toContain(`Of ${Number(held?.n)} people`);
});
