import { ask, expect, expectAccessible, type Role, rows, signIn, test } from "./house";

const ROLES: readonly Role[] = [
  "administrator",
  "supervisor",
  "campaign_manager",
  "list_manager",
  "compliance_officer",
  "agent",
];

// They only look, each as somebody else: side by side, on all cores.
test.describe.configure({ mode: "parallel" });

// Whatever comes of a walk, the next one finds English.
test.afterEach(async ({ page }) => {
  await ask(page, "PATCH", "/api/me", { language: "en" });
});

for (const role of ROLES) {
  test(`${role}: every room opens, in both languages and both schemes, without serious findings`, async ({ page }) => {
    await signIn(page, role);
    await expect(page.getByRole("note")).toContainText(/Made-up world|Kurgu dünya/);
    const rooms = await page
      .locator("nav a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? "/"));
    for (const language of ["TR", "EN"]) {
      await page.getByText(language, { exact: true }).first().click();
      await expect(page.locator("html")).toHaveAttribute("lang", language.toLowerCase());
      for (const room of rooms.length > 0 ? rooms : ["/desk"]) {
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(room);
        await expect(page.getByRole("main").getByRole("heading").first()).toBeVisible();
        await expect(page.locator("[aria-busy=true], .mantine-Skeleton-root")).toHaveCount(0);
        await expectAccessible(page, `${room} ${language} light`);
        if (language === "TR") continue;
        // In the dark only the colours are others, and they are the same in every language.
        await page.emulateMedia({ colorScheme: "dark" });
        await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
        await expectAccessible(page, `${room} ${language} dark`, "color-contrast");
      }
    }
    const email = await page.request.get("/api/me").then((answer) => answer.json() as Promise<{ email: string }>);
    expect(await rows("SELECT language FROM accounts_user WHERE email = %s", email.email)).toEqual([
      { language: "en" },
    ]);
  });
}
