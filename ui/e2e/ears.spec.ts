import { expect, expectAccessible, rows, signIn, test } from "./house";

const MINE = `SELECT l.kind, l.until IS NULL AS open FROM dialing_leg l JOIN accounts_user u ON u.id = l.user_id
               WHERE u.email = 'supervisor@demo.example' AND l.kind <> 'talk' ORDER BY l.since DESC LIMIT 1`;
const KEPT = "SELECT count(*)::int AS n FROM audit_entry WHERE action = 'listen_in'";

test("a supervisor listens, whispers and ends by keyboard, and each stands in the audit", async ({ page }) => {
  await signIn(page, "supervisor");
  await page.goto("/floor");
  const [before] = await rows(KEPT);
  const bar = page.getByRole("region", { name: "Listening in" });
  await expect(async () => {
    // Whoever talks may have stopped by the time the button is pressed.
    if (!(await bar.isVisible()))
      await page
        .getByRole("button", { name: /^Listen to / })
        .first()
        .click({ timeout: 2_000 });
    await expect.poll(async () => (await rows(MINE))[0], { timeout: 3_000 }).toEqual({ kind: "listen", open: true });
  }).toPass();
  await expect(bar).toContainText("You are listening to");
  await expectAccessible(page, "the bar of whoever listens in");
  await page.keyboard.press("w");
  await expect(bar).toContainText("only the agent hears you");
  await expect.poll(async () => (await rows(MINE))[0]?.kind).toBe("whisper");
  await page.keyboard.press("F9");
  await expect(bar).toBeHidden();
  await expect.poll(async () => (await rows(MINE))[0]?.open).toBe(false);
  const [after] = await rows(KEPT);
  expect(Number(after?.n) - Number(before?.n)).toBeGreaterThanOrEqual(3);
});
