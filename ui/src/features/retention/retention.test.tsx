import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { Problem } from "@/shared/api/problem";
import { spanWords } from "./parts";
import { asked, besideFields, Form } from "./place-hold";
import { signatureOf } from "./receipts";
import { inUnits } from "./set-term";

/** Answers by the end of the address; what none fits gets an empty list. */
function answering(answers: Record<string, { status: number; body: unknown }>) {
  return vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
    const end = Object.keys(answers).find((one) => String(url).endsWith(one));
    const { status, body } = end ? (answers[end] as { status: number; body: unknown }) : { status: 200, body: [] };
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
}

function shown(onClose = () => {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <QueryClientProvider client={queries}>
          <Form onClose={onClose} />
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>,
  );
}

const NO_NUMBER = {
  code: "phone_invalid",
  message: "It is no number.",
  next_step: "Write it with + and the country code.",
  facts: { line: 1 },
  fields: [{ field: "number", message: "It is no number." }],
};

it("says what is wrong with a line beside that line's field, with what to do", async () => {
  answering({ "/complaints": { status: 200, body: { complaints: [] } }, "/preview": { status: 422, body: NO_NUMBER } });
  shown();
  fireEvent.click(screen.getByRole("button", { name: "Hold something else too" }));
  fireEvent.click(screen.getByRole("button", { name: "Count what it would keep" }));
  const [first, second] = screen.getAllByLabelText("Number");
  await waitFor(() => expect(second?.getAttribute("aria-invalid")).toBe("true"));
  expect(first?.getAttribute("aria-invalid")).not.toBe("true");
  expect(screen.getByText("It is no number. Write it with + and the country code.")).toBeTruthy();
});

it("counts what a hold would keep, until the scope is another", async () => {
  answering({
    "/complaints": { status: 200, body: { complaints: [] } },
    "/preview": { status: 200, body: [{ code: "calls", count: 10_000, more: true }] },
  });
  shown();
  fireEvent.click(screen.getByRole("button", { name: "Count what it would keep" }));
  expect(await screen.findByText("more than 10,000")).toBeTruthy();
  fireEvent.change(screen.getByLabelText("Number"), { target: { value: "+12025550188" } });
  expect(screen.queryByText("more than 10,000")).toBeNull();
});

it("a scope without its line is told at the form, and days are whole", () => {
  const problem = (facts: object) =>
    new Problem(422, { message: "No.", facts, fields: [{ field: "scope", message: "No." }] });
  expect(besideFields(problem({ line: 0 }))).toEqual({ "scope.0": "No." });
  expect(besideFields(problem({}))).toEqual({ scope: "No." });
  const line = { number: "", contact: "", case: "", campaign: "", list: "", since: "2026-03-01", until: "2026-03-01" };
  expect(asked(line)).toMatchObject({
    contact: null,
    since: new Date(2026, 2, 1).toISOString(),
    until: new Date(2026, 2, 2).toISOString(),
  });
});

it("a receipt holds up to the first that does not fit", () => {
  const broken = { receipts: 2, number: 3, why: "changed" };
  expect([1, 2, 3, 4].map((one) => signatureOf(one, broken))).toEqual(["holds", "holds", "broken", "broken"]);
  expect(signatureOf(1, undefined)).toBe("unknown");
  expect(signatureOf(3, { receipts: 2, number: null, why: "" })).toBe("unknown");
});

it("a term is told in its largest whole unit", () => {
  const said = [60, 18, 0].map((months) => inUnits({ months, days: months ? 0 : 90 }));
  expect(said.map((one) => `${one.count} ${one.unit}`)).toEqual(["5 years", "18 months", "90 days"]);
  expect(spanWords({ months: 0, days: 0 })).toBe("");
});
