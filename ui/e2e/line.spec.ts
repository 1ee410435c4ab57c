import type { Page } from "@playwright/test";
import { expect, expectAccessible, leaveDesk, rows, signIn, sitDown, test, waitForTalk } from "./house";

const STANDING = "SELECT held, recording_paused, three_way FROM dialing_attempt WHERE id = %s";
const LEGS = `SELECT kind, until IS NULL AS open FROM dialing_leg
               WHERE attempt_id = %s AND kind = 'consult' ORDER BY since`;

/** To whoever waits longest in the demo's large campaign. */
async function handOver(page: Page, keys: "Enter" | "Shift+Enter"): Promise<void> {
  await page.keyboard.press("x");
  await expect(page.getByRole("combobox", { name: "A colleague or a campaign" })).toBeFocused();
  await page.keyboard.type("lower bills");
  await expect(page.getByRole("option", { selected: true })).toContainText("Lower bills this winter");
  await page.keyboard.press(keys);
}

test.beforeEach(async ({ page, shift }) => {
  await signIn(page, "agent");
  await sitDown(page, shift);
});

test.afterEach(async ({ page }) => {
  await leaveDesk(page);
});

test("hold, digits and a pause of the recording, by keyboard alone", async ({ page }) => {
  const call = await waitForTalk(page);
  const state = page.getByTestId("seat-state");

  await page.keyboard.press("n");
  await page.keyboard.type("Looks for the card");
  await page.keyboard.press("F4");
  await expect(state).toHaveText("On hold");
  expect(await rows(STANDING, call)).toMatchObject([{ held: true }]);
  await page.keyboard.press("F4");
  await expect(state).toHaveText("Talking");
  await page.keyboard.press("Escape");

  await page.keyboard.press("q");
  await expect(page.getByText("Recording is paused")).toBeVisible();
  expect(await rows(STANDING, call)).toMatchObject([{ recording_paused: true }]);
  await expectAccessible(page, "the desk while a card is spoken of");
  await page.keyboard.press("q");
  await expect(page.getByText("Recording is paused")).toBeHidden();
  expect(await rows(STANDING, call)).toMatchObject([{ held: false, recording_paused: false }]);

  await page.keyboard.press("m");
  const digits = page.getByRole("region", { name: "Digits" });
  await expect(digits.getByRole("textbox")).toBeFocused();
  await page.keyboard.type("1x2#");
  await expect(digits.getByRole("textbox")).toHaveValue("12#");
  await page.keyboard.press("Escape");
  await expect(digits).toBeHidden();
  const sent =
    "SELECT payload->>'digits' AS digits FROM dialing_deed WHERE kind = 'digits_asked' AND payload->>'call' = %s";
  await expect(async () => {
    expect(new Set((await rows(sent, call)).map(({ digits: one }) => one))).toEqual(new Set(["1", "2", "#"]));
  }).toPass();
  expect(await page.getByLabel("Notes").inputValue()).toBe("Looks for the card");
});

test("a colleague is asked first, all three speak, and the person is taken back", async ({ page }) => {
  const call = await waitForTalk(page);
  const panel = page.getByRole("region", { name: "Talk with a colleague" });
  await page.keyboard.press("x");
  await expect(page.getByRole("combobox", { name: "A colleague or a campaign" })).toBeFocused();
  await expect(page.getByRole("option").first()).toBeVisible();
  await expectAccessible(page, "to whom to transfer");
  await page.keyboard.press("Escape");
  // Everybody there may be in a talk of their own for a while.
  await expect(async () => {
    await handOver(page, "Shift+Enter");
    await expect(panel).toContainText("hears you", { timeout: 5_000 });
  }).toPass({ timeout: 120_000 });
  expect(await rows(LEGS, call)).toEqual([{ kind: "consult", open: true }]);

  await page.keyboard.press("j");
  await expect(panel).toContainText("All three of you speak");
  expect(await rows(STANDING, call)).toMatchObject([{ three_way: true, held: false }]);
  await page.keyboard.press("u");
  await expect(panel).toBeHidden();
  await expect(page.getByTestId("seat-state")).toHaveText("Talking");
  expect(await rows(STANDING, call)).toMatchObject([{ three_way: false, held: false }]);
});

test("a person handed over at once is with the colleague, and my wrap-up begins", async ({ page }) => {
  const call = await waitForTalk(page);
  await expect(async () => {
    await handOver(page, "Enter");
    await expect(page.getByTestId("seat-state")).toHaveText("Wrap-up", { timeout: 5_000 });
  }).toPass({ timeout: 120_000 });
  const talks = `SELECT count(*)::int AS n FROM dialing_leg l JOIN accounts_user u ON u.id = l.user_id
                  WHERE l.attempt_id = %s AND l.kind = 'talk' AND u.email <> 'you@demo.example'`;
  await expect.poll(async () => (await rows(talks, call))[0]?.n).toBe(1);
});
