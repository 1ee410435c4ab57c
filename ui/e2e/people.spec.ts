import { expect, expectAccessible, rows, signIn, test } from "./house";

test("a person's page: fields corrected with their history, a number retired and brought back", async ({ page }) => {
  await signIn(page, "supervisor");
  const [somebody] =
    await rows(`SELECT c.id::text, p.id::text AS phone, p.e164, c.first_name, c.last_name FROM contacts_contact c
       JOIN contacts_phone p ON p.contact_id = c.id AND p.state = 'usable' ORDER BY c.id DESC LIMIT 1`);
  await page.goto("/people");
  await page.getByRole("textbox", { name: "Name or number" }).fill(String(somebody?.e164).slice(-8));
  await expect(page.getByRole("table", { name: "People found" })).toBeVisible();
  await page.goto(`/people/${somebody?.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(String(somebody?.first_name));

  await page.getByRole("button", { name: "Correct" }).click();
  const company = `Walk & Sons ${Date.now()}`;
  await page.getByRole("dialog").getByLabel("Company").fill(company);
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(
    await rows(
      "SELECT after FROM contacts_fieldchange WHERE contact_id = %s AND field = 'company' ORDER BY at DESC LIMIT 1",
      String(somebody?.id),
    ),
  ).toEqual([{ after: company }]);

  await page.getByRole("button", { name: `What to do with ${somebody?.e164}` }).click();
  await page.getByRole("menuitem", { name: "Retire this number" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("belongs to somebody else");
  await page.getByRole("dialog").getByRole("button", { name: "Retire" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  const state = "SELECT state FROM contacts_phone WHERE id = %s";
  expect(await rows(state, String(somebody?.phone))).toEqual([{ state: "wrong_number" }]);
  await page.getByRole("button", { name: `What to do with ${somebody?.e164}` }).click();
  await page.getByRole("menuitem", { name: "Bring this number back" }).click();
  await expect(page.getByText("Usable").first()).toBeVisible();
  expect(await rows(state, String(somebody?.phone))).toEqual([{ state: "usable" }]);

  await page.getByRole("button", { name: "Add a consent" }).click();
  await page
    .getByRole("dialog")
    .getByRole("textbox", { name: "Words", exact: true })
    .fill("Yes, call me about the offer.");
  await page.getByRole("dialog").getByLabel("Version of the words").fill("7");
  await expectAccessible(page, "a consent");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(
    await rows(
      "SELECT words, words_version FROM consents_consent WHERE contact_id = %s ORDER BY given_at DESC LIMIT 1",
      String(somebody?.id),
    ),
  ).toEqual([{ words: "Yes, call me about the offer.", words_version: "7" }]);

  await page.getByRole("button", { name: /^Withdraw the consent of/ }).click();
  await page.getByRole("dialog").getByLabel("What they said").fill("no more calls");
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(
    await rows(
      `SELECT e.kind, e.door, e.said FROM consents_consentevent e JOIN consents_consent c ON c.id = e.consent_id
        WHERE c.contact_id = %s ORDER BY e.at DESC LIMIT 1`,
      String(somebody?.id),
    ),
  ).toEqual([{ kind: "revoked", door: "agent", said: "no more calls" }]);
  await page.getByRole("button", { name: "History of a number" }).click();
  await expect(page.getByRole("dialog").getByText("Consent withdrawn")).toBeVisible();
  await expectAccessible(page, "a number's history");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "a person, dark");
});

test("a disposition is corrected by a supervisor, and what the agent chose stays on record", async ({ page }) => {
  const disposed = `SELECT a.id::text FROM dialing_attempt a WHERE a.disposition = 'not_interested'
                      AND (SELECT count(*) FROM dialing_dispositionrecord r WHERE r.attempt_id = a.id) = 1
                     ORDER BY a.at DESC LIMIT 1`;
  await expect.poll(async () => (await rows(disposed)).length, { timeout: 60_000 }).toBe(1);
  const [found] = await rows(disposed);
  const attempt = String(found?.id);
  await signIn(page, "supervisor");
  await page.goto(`/people/attempts/${attempt}`);
  await page.getByRole("button", { name: "Correct", exact: true }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("combobox", { name: "Disposition" }).fill("Language");
  await page.getByRole("option", { name: "Language barrier" }).click();
  await form.getByLabel("Reason").fill("heard it in the talk");
  await expectAccessible(page, "a correction");
  await form.getByRole("button", { name: "Correct" }).click();
  await expect(form).toBeHidden();
  await expect(page.getByText("Language barrier").first()).toBeVisible();
  expect(
    await rows(
      `SELECT r.code, r.reason, r.corrects_id IS NOT NULL AS corrects FROM dialing_dispositionrecord r
        WHERE r.attempt_id = %s ORDER BY r.at`,
      attempt,
    ),
  ).toEqual([
    { code: "not_interested", reason: "", corrects: false },
    { code: "language_barrier", reason: "heard it in the talk", corrects: true },
  ]);
  expect(await rows("SELECT disposition FROM dialing_attempt WHERE id = %s", attempt)).toEqual([
    { disposition: "language_barrier" },
  ]);
});
