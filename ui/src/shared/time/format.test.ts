import { i18n } from "@lingui/core";
import { afterEach, describe, expect, it } from "vitest";
import { clockTime, fullDate, isoDay, number, relative, share, span, zoneName } from "./format";

const AT = "2026-11-24T15:42:00Z";

afterEach(() => i18n.activate("en"));

describe("times and numbers in the reader's language", () => {
  it("a span that runs", () => {
    expect([span(7_400), span(754_000), span(3_723_000), span(-5)]).toEqual(["0:07", "12:34", "1:02:03", "0:00"]);
  });

  it("a person's own clock and what it is called", () => {
    expect(clockTime(AT, "America/Boise")).toBe("08:42");
    expect(zoneName(AT, "America/Boise")).toBe("MST");
  });

  it("the local day may be another than ours", () => {
    expect(isoDay("2026-11-24T03:00:00Z", "America/New_York")).toBe("2026-11-23");
  });

  it("Turkish writes points for thousands and the percent sign first", () => {
    i18n.load("tr", {});
    i18n.activate("tr");
    expect(number(1234.5, 1)).toBe("1.234,5");
    expect(share(0.031)).toBe("%3,1");
    expect(fullDate(AT, "UTC")).toBe("24.11.2026");
  });

  it("how long ago", () => {
    expect(relative("2026-11-21T15:42:00Z", Date.parse(AT))).toBe("3 days ago");
    expect(relative(AT, Date.parse(AT))).toBe("now");
  });
});
