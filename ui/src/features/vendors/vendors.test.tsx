import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import type { VendorKeyOut } from "@/shared/api/generated/model";
import { KeyModal } from "./key-modal";
import { Posts } from "./posts";

function shown(children: ReactNode) {
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
      </MantineProvider>
    </I18nProvider>,
  );
}

it("hands the key over with an example, and closes only when somebody says it is handed over", async () => {
  const onClose = vi.fn();
  const door = { supplier: "Leads & Co", word: "leadsco-1", lists: [{ number: "1001", name: "Spring" }] };
  shown(<KeyModal made={{ door, key: "s3cret" } as VendorKeyOut} onClose={onClose} />);
  const dialog = await screen.findByRole("dialog");
  for (const said of ["(pass): s3cret", "-d pass=s3cret", "-d user=leadsco-1", "-d list_id=1001", "non_agent_api.php"])
    expect(dialog.textContent).toContain(said);
  fireEvent.keyDown(dialog, { key: "Escape" });
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole("button", { name: "I have handed it over" }));
  expect(onClose).toHaveBeenCalledOnce();
});

it("shows which posts were refused, and why", async () => {
  const at = "2026-11-24T14:00:00Z";
  const posts = [
    { at, deed: "add_lead", taken: true, answer: "SUCCESS: add_lead LEAD HAS BEEN ADDED" },
    { at, deed: "add_lead", taken: false, answer: "ERROR: add_lead NOT AN ALLOWED LIST ID" },
  ];
  vi.spyOn(globalThis, "fetch").mockResolvedValue(
    new Response(JSON.stringify(posts), { headers: { "Content-Type": "application/json" } }),
  );
  shown(<Posts door="1" />);
  expect(await screen.findByText("1 of 2 refused")).toBeTruthy();
  fireEvent.click(screen.getByRole("radio", { name: "Refused" }));
  expect(screen.queryByText(/SUCCESS/)).toBeNull();
  expect(screen.getByText(/NOT AN ALLOWED LIST ID/)).toBeTruthy();
});
