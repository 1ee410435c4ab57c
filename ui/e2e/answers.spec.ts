import type { Page } from "@playwright/test";
import { another, expect, expectAccessible, rows, serverTime, signIn, test } from "./house";

const LOADS = "SELECT count(*)::int AS n FROM audit_entry WHERE action = 'load_reassigned_answers'";

/** A number of New York that no other walk of this second uses. */
const american = (n: number) => `212${2_000_000 + ((Date.now() + n) % 7_999_000)}`;

/** "2026-11-24T10:42" so many days from the made-up now, as the browser's own input wants it. */
const day = (days: number) => new Date(serverTime(Date.now()) + days * 86_400_000).toISOString().slice(0, 16);

/** Somebody of the lists about whom nothing is on record yet. */
async function somebody(page: Page): Promise<string> {
  const [found] = await rows(
    `SELECT c.id::text FROM contacts_contact c JOIN contacts_phone p ON p.contact_id = c.id AND p.e164 LIKE '+1%%'
      WHERE c.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM consents_consent o WHERE o.e164 = p.e164)
        AND NOT EXISTS (SELECT 1 FROM consents_suppression s WHERE s.e164 = p.e164)
      ORDER BY c.id LIMIT 1`,
  );
  const id = String(found?.id);
  await page.goto(`/people/${id}`);
  await expect(page.getByRole("heading", { name: "Relationship and consent" })).toBeVisible();
  return id;
}

test("answers about reassigned numbers are brought in, counted and found again", async ({ page, browser }) => {
  const [seller] = await rows("SELECT id::text, name FROM tenants_seller ORDER BY name, id LIMIT 1");
  await signIn(page, "compliance_officer");
  await page.goto("/law/registries");
  await page.getByRole("tab", { name: "Reassigned numbers" }).click();
  await expect(page.getByRole("heading", { name: String(seller?.name) })).toBeVisible();
  await expectAccessible(page, "reassigned numbers");

  // A refusal is an error in the browser's console too, so it happens in a browser that nobody watches.
  const [before] = await rows(LOADS);
  const careless = await another(browser);
  await signIn(careless, "compliance_officer");
  await careless.goto("/law/registries?show=reassigned");
  await careless.getByRole("button", { name: `Load answers: ${seller?.name}` }).click();
  await careless.locator("input[type=file]").setInputFiles({
    name: "r.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("<html>sign in</html>"),
  });
  await careless.getByRole("button", { name: "Load", exact: true }).click();
  await expect(careless.getByRole("alert")).toContainText("web page");
  await careless.context().close();
  expect(await rows(LOADS)).toEqual([{ n: before?.n }]);

  await page.getByRole("button", { name: `Load answers: ${seller?.name}` }).click();
  const form = page.getByRole("dialog");
  const file = form.locator("input[type=file]");
  const [changed, kept] = [american(0), american(1)];
  const lines = `${changed},2025-03-14,yes\n${kept},2025-03-14,no\n`;
  await file.setInputFiles({ name: "result.csv", mimeType: "text/csv", buffer: Buffer.from(lines) });
  await form.getByRole("button", { name: "Load", exact: true }).click();
  await expect(form).toBeHidden();
  const [load] = await rows(
    "SELECT after ->> 'answers' AS answers, after ->> 'yes' AS yes, after ->> 'sha256' AS sha256 FROM audit_entry WHERE action = 'load_reassigned_answers' ORDER BY id DESC LIMIT 1",
  );
  expect(load).toMatchObject({ answers: "2", yes: "1" });
  await expect(page.getByText(String(load?.sha256).slice(0, 12))).toBeVisible();

  await page.getByRole("button", { name: `Ask about a number: ${seller?.name}` }).click();
  await form.getByRole("textbox", { name: "Number" }).fill(`+1${changed}`);
  await form.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(form.getByRole("table", { name: "What is said of a number" })).toContainText("changed hands");
  await expectAccessible(page, "what is said of a number");
  expect(await rows(LOADS)).toEqual([{ n: Number(before?.n) + 1 }]);
});

test("the queue for İYS says what waits, what was refused, and how each seller stands", async ({ page }) => {
  await signIn(page, "compliance_officer");
  await page.goto("/law/registries?show=iys");
  await expect(page.getByRole("heading", { name: "The queue" })).toBeVisible();
  await expectAccessible(page, "İYS");
  await page.getByText("Refused", { exact: true }).click();
  await expect(page.getByText("A refused line does not go up again by itself.")).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "İYS, dark");
  // Lines go up every five minutes: what the screen says is what stood in the database when it asked.
  const told = async (label: string) => {
    const figures = page.locator(".surface").filter({ has: page.getByText(label, { exact: true }) });
    const values = await figures.locator(".tabular").allTextContents();
    return values.length;
  };
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("heading", { name: "The queue" })).toBeVisible();
    const answered = (await page.request.get("/api/iys").then((answer) => answer.json())) as Record<string, number>[];
    const [held] = await rows(
      `SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
              count(*) FILTER (WHERE state = 'refused')::int AS refused FROM consents_registryreport`,
    );
    const sum = (name: string) => answered.reduce((total, one) => total + Number(one[name]), 0);
    expect({ waiting: sum("waiting"), refused: sum("refused") }).toEqual(held);
    expect(await told("Waiting to go up")).toBeGreaterThan(0);
  }).toPass();
});

test("a consent is refused without words and in the future, then shown whole and withdrawn for one channel", async ({
  page,
}) => {
  await signIn(page, "supervisor");
  const person = await somebody(page);
  await page.getByRole("button", { name: "Add a consent" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Given at").fill(day(2));
  await form.getByRole("checkbox", { name: "Text messages" }).check();
  await form.getByRole("checkbox", { name: "A person speaks" }).check();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByText("Without its words a consent is none")).toBeVisible();
  await expect(form.getByText("A consent cannot be given in the future. Correct the date.")).toBeVisible();
  expect(await rows("SELECT id FROM consents_consent WHERE contact_id = %s", person)).toEqual([]);

  await form.getByRole("textbox", { name: "Words", exact: true }).fill("Yes, call or text me about the offer.");
  await form.getByLabel("Given at").fill(day(-3));
  await form.getByLabel("Hours asked for: from").fill("18:00");
  await form.getByLabel("Hours asked for: until").fill("19:00");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toBeHidden();
  expect(
    await rows(
      `SELECT channels, methods, "window" ->> 'from' AS since, "window" ->> 'to' AS until
         FROM consents_consent WHERE contact_id = %s`,
      person,
    ),
  ).toEqual([{ channels: ["voice", "sms"], methods: ["live"], since: "18:00", until: "19:00" }]);

  await page.getByRole("button", { name: /^Withdraw the consent of/ }).click();
  await form.getByRole("radio", { name: "Only this: Text messages" }).check();
  await form.getByLabel("What they said").fill("no texts please");
  await expectAccessible(page, "a withdrawal");
  await form.getByRole("button", { name: "Withdraw", exact: true }).click();
  await expect(form).toBeHidden();
  expect(
    await rows(
      `SELECT e.kind, e.channels, e.said, s.channel FROM consents_consentevent e
         JOIN consents_consent c ON c.id = e.consent_id JOIN consents_suppression s ON s.e164 = c.e164
        WHERE c.contact_id = %s`,
      person,
    ),
  ).toEqual([{ kind: "revoked", channels: ["sms"], said: "no texts please", channel: "sms" }]);

  await expect(page.getByText("withdrawn: Text messages")).toBeVisible();
  await page.getByRole("button", { name: /^Details of the consent of/ }).click();
  await expect(form.getByRole("table", { name: "Consent" })).toContainText("18:00–19:00");
  await expect(form.getByText("“no texts please”")).toBeVisible();
  await expectAccessible(page, "a consent, whole");
  await form.getByRole("button", { name: "End it without the person's word" }).click();
  await form.getByLabel("Reason").fill("it was somebody else");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toBeHidden();
  await expect(page.getByRole("button", { name: /^Withdraw the consent of/ })).toHaveCount(0);
  expect(
    await rows(
      `SELECT e.kind, e.said FROM consents_consentevent e JOIN consents_consent c ON c.id = e.consent_id
        WHERE c.contact_id = %s ORDER BY e.at DESC LIMIT 1`,
      person,
    ),
  ).toEqual([{ kind: "taken_back", said: "it was somebody else" }]);
});

test("a caller ID says from which country its calls come", async ({ page }) => {
  const [held] = await rows(
    `SELECT i.id::text, i.e164, s.name FROM tenants_callerid i JOIN tenants_seller s ON s.id = i.seller_id
      ORDER BY i.e164, i.id LIMIT 1`,
  );
  await signIn(page, "administrator");
  await page.goto("/house/sellers");
  await page.getByRole("button", { name: `Add caller ID: ${held?.name}` }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Number").fill("+908502221100");
  await expect(form.getByText("Until you say, calls that show it wait in review.")).toBeVisible();
  await expectAccessible(page, "a caller ID");
  await form.getByRole("button", { name: "Cancel" }).click();
  await expect(form).toBeHidden();

  await page.getByRole("button", { name: `Edit: ${held?.e164}` }).click();
  const label = `Walk ${Date.now()}`;
  await form.getByLabel("Label").fill(label);
  await form.getByLabel("Route from (two letters)").fill("U");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByText("Write the country as two letters, like TR.")).toBeVisible();
  await form.getByLabel("Route from (two letters)").fill("us");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toBeHidden();
  expect(await rows("SELECT label, route_country FROM tenants_callerid WHERE id = %s", String(held?.id))).toEqual([
    { label, route_country: "US" },
  ]);
});

test("a list says where its data come from and which notice its people had", async ({ page }) => {
  const [list] = await rows(
    "SELECT id::text, notice FROM contacts_contactlist WHERE state = 'published' ORDER BY created_at, id LIMIT 1",
  );
  await signIn(page, "list_manager");
  await page.goto(`/lists/${list?.id}`);
  const said = page.getByRole("radiogroup", { name: "Were they given a privacy notice?" });
  const which = page.getByRole("textbox", { name: "Which notice, when and how" });
  await said.getByRole("radio", { name: "yes" }).check();
  await which.fill("");
  await expectAccessible(page, "where a list's data come from");
  const notice = `Walk's notice ${Date.now()}, by letter`;
  await which.fill(notice);
  await page
    .getByRole("radiogroup", { name: /^Where do these/ })
    .getByRole("radio", { name: "from themselves" })
    .check();
  await page.getByRole("button", { name: "Save" }).click();
  const origin = "SELECT data_source, notice_given, notice FROM contacts_contactlist WHERE id = %s";
  await expect
    .poll(() => rows(origin, String(list?.id)))
    .toEqual([{ data_source: "person", notice_given: true, notice }]);
});
