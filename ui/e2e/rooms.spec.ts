import type { Browser, Page } from "@playwright/test";
import { another, ask, expect, expectAccessible, ROLES, type Role, rows, signIn, test as walks } from "./house";

/** Which rooms each role finds, in their order. */
type Doors = Record<Role, readonly string[]>;

// They only look, each as somebody else: side by side, on all cores.
walks.describe.configure({ mode: "parallel" });

const test = walks.extend<object, { doors: Doors }>({
  doors: [async ({ browser }, use) => use(await everybodysDoors(browser)), { scope: "worker" }],
});

async function everybodysDoors(browser: Browser): Promise<Doors> {
  const found = ROLES.map(async (role) => {
    const page = await another(browser);
    await signIn(page, role);
    const doors = await doorsOf(page);
    await page.context().close();
    return [role, doors] as const;
  });
  const doors: Partial<Doors> = Object.fromEntries(await Promise.all(found));
  return doors as Doors;
}

async function doorsOf(page: Page): Promise<string[]> {
  await expect(page.locator("nav")).toBeAttached();
  const links = await page.locator("nav a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? "/"));
  // Whoever has one room is in it, and needs no way there.
  return links.length > 0 ? links : [new URL(page.url()).pathname];
}

/** Who looks at which room closely: each room is one role's, of those who have it the one with the fewest so far. */
function closely(doors: Doors): Map<string, Role> {
  const looks = new Map<string, Role>();
  const has = (room: string) => ROLES.filter((role) => doors[role].includes(room));
  const sofar = (role: Role) => [...looks.values()].filter((one) => one === role).length;
  const all = [...new Set(ROLES.flatMap((role) => doors[role]))];
  for (const room of all.sort((one, other) => has(one).length - has(other).length)) {
    const [role] = has(room).sort((one, other) => sofar(one) - sofar(other));
    if (role) looks.set(room, role);
  }
  return looks;
}

async function expectWhole(page: Page): Promise<void> {
  await expect(page.getByRole("main").getByRole("heading").first()).toBeVisible();
  await expect(page.locator("[aria-busy=true], .mantine-Skeleton-root")).toHaveCount(0);
}

async function speak(page: Page, language: "EN" | "TR"): Promise<void> {
  await page.getByText(language, { exact: true }).first().click();
  await expect(page.locator("html")).toHaveAttribute("lang", language.toLowerCase());
}

// Whatever comes of a walk, the next one finds English.
test.afterEach(async ({ page }) => {
  await ask(page, "PATCH", "/api/me", { language: "en" });
});

for (const role of ROLES) {
  test(`${role}: every room opens, no other does, and my share of them in both languages and both schemes`, async ({
    page,
    doors,
  }) => {
    await signIn(page, role);
    await expect(page.getByRole("note")).toContainText(/Made-up world|Kurgu dünya/);
    expect(await doorsOf(page)).toEqual(doors[role]);
    const looks = closely(doors);
    for (const room of doors[role]) {
      if (doors[role].length > 1) await page.locator(`nav a[href="${room}"]`).click();
      await page.waitForURL((url) => url.pathname === room);
      await expectWhole(page);
      if (looks.get(room) !== role) continue;
      await page.goto(room);
      await expectWhole(page);
      await expectAccessible(page, `${room} EN light`);
      // In the dark only the colours are others, and they are the same in every language.
      await page.emulateMedia({ colorScheme: "dark" });
      await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
      await expectAccessible(page, `${room} EN dark`, "color-contrast");
      await page.emulateMedia({ colorScheme: "light" });
      await speak(page, "TR");
      await expectWhole(page);
      await expectAccessible(page, `${room} TR light`);
      await speak(page, "EN");
    }
    for (const room of doors.administrator.filter((one) => !doors[role].includes(one))) {
      await page.goto(room);
      await page.waitForURL((url) => url.pathname !== room);
      expect(doors[role]).toContain(new URL(page.url()).pathname);
    }
    const { email } = await page.request.get("/api/me").then((answer) => answer.json() as Promise<{ email: string }>);
    const language = () => rows("SELECT language FROM accounts_user WHERE email = %s", email);
    await expect.poll(language).toEqual([{ language: "en" }]);
  });
}
