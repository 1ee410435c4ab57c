import { describe, expect, it } from "vitest";
import { begin, forget, keep, kept, saved, write } from "./draft";

const SERVER = { text: "from the server", code: "", version: 3 };

describe("a draft loses nothing", () => {
  it("begins with what the server has", () => {
    expect(begin("call", SERVER, null)).toMatchObject({ text: "from the server", version: 3, unsaved: false });
  });

  it("what was typed here and not saved wins over the server's text, on the server's version", () => {
    const typed = write(begin("call", { ...SERVER, version: 2 }, null), { text: "typed offline" });
    expect(begin("call", SERVER, typed)).toMatchObject({ text: "typed offline", version: 3, unsaved: true });
  });

  it("another call's draft is not this one's", () => {
    const other = write(begin("other", SERVER, null), { text: "other" });
    expect(begin("call", SERVER, other).text).toBe("from the server");
  });

  it("what is typed while it saves stays unsaved, on the new version", () => {
    const sent = write(begin("call", SERVER, null), { text: "one" });
    const meanwhile = write(sent, { text: "one two" });
    expect(saved(meanwhile, sent, { text: "one", code: "", version: 4 })).toMatchObject({
      text: "one two",
      version: 4,
      unsaved: true,
    });
    expect(saved(sent, sent, { text: "one", code: "", version: 4 }).unsaved).toBe(false);
  });

  it("survives a reload of the page, until its call is disposed", () => {
    const draft = write(begin("call", SERVER, null), { text: "typed", callbackAt: "2026-11-25T15:00:00Z" });
    keep(draft);
    expect(begin("call", SERVER, kept())).toMatchObject({ text: "typed", callbackAt: "2026-11-25T15:00:00Z" });
    forget("call");
    expect(kept()).toBeNull();
  });

  it("a broken store is an empty one", () => {
    localStorage.setItem("ahize.draft", "{");
    expect(kept()).toBeNull();
  });
});
