import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { maySayWho, standingOf, type Taken, type Was } from "./standing";
import { WhoPickedUp } from "./who-picked-up";

const TALK: Taken = {
  answered_at: "2026-11-24T14:41:40Z",
  connected_at: "2026-11-24T14:41:41Z",
  outcome: "",
  disposition: "",
};
const HUNG_UP_ON: Taken = { ...TALK, connected_at: null, outcome: "machine" };

function shown(call: Taken, said: Was | null = null) {
  const say = vi.fn();
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <WhoPickedUp call={call} heard={{ said, say, isPending: false }} />
      </MantineProvider>
    </I18nProvider>,
  );
  return say;
}

describe("who picked up", () => {
  it("is a word first, then the result of a talk, and else unknown", () => {
    expect(standingOf(null, TALK)).toBeNull();
    expect(standingOf(null, { ...TALK, disposition: "not_dispositioned" })).toBeNull();
    expect(standingOf(null, { ...TALK, disposition: "sale" })).toEqual({ was: "person", by: "result" });
    expect(standingOf(null, { ...TALK, disposition: "no_message" })).toEqual({ was: "machine", by: "result" });
    expect(standingOf(null, { ...TALK, outcome: "machine" })).toEqual({ was: "machine", by: "result" });
    expect(standingOf("person", { ...TALK, outcome: "machine" })).toEqual({ was: "person", by: "word" });
  });

  it("what detection hung up on is nobody's word yet", () => {
    expect(standingOf(null, HUNG_UP_ON)).toBeNull();
    expect(maySayWho(HUNG_UP_ON)).toBe(true);
  });

  it("is not asked where nobody picked up", () => {
    shown({ ...TALK, answered_at: null });
    expect(screen.queryByRole("group")).toBeNull();
  });

  it("shows what was said, and another word may follow", () => {
    const say = shown(TALK, "machine");
    expect(screen.getByRole("button", { name: "It was a machine" }).getAttribute("aria-pressed")).toBe("true");
    expect(screen.getByRole("status").textContent).toBe("You said: a machine.");
    fireEvent.click(screen.getByRole("button", { name: "It was a person" }));
    expect(say).toHaveBeenCalledWith("person");
  });
});
