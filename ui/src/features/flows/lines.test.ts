import { expect, it } from "vitest";
import { findingsOf, lineInWords, lineOf, nextVersion } from "./lines";

const YAML = `flow: reminder
version: 3
start: hello
nodes:
  hello:
    say: {en: "Hello"}
    next: bye
  "bye":
    end: done
`;

it("a node is found where it begins, not where it is spoken of", () => {
  expect([lineOf(YAML, "hello"), lineOf(YAML, "bye"), lineOf(YAML, "nobody"), lineOf(YAML, "")]).toEqual([
    5,
    8,
    null,
    null,
  ]);
});

it("what is wrong stands in the order of the text", () => {
  const problem = (node: string, says: string, alone = false) => ({ node, says, alone, code: "x", about: "" });
  expect(findingsOf(YAML, [problem("bye", "late", true), problem("", "whole"), problem("hello", "early")])).toEqual([
    { line: null, says: "whole", blocks: true },
    { line: 5, says: "hello: early", blocks: true },
    { line: 8, says: "bye: late", blocks: false },
  ]);
});

it("what could not be read names its line or its node", () => {
  expect(lineInWords("flow, line 7: this is no YAML: found a tab", YAML)).toBe(7);
  expect(lineInWords("flow: nodes.bye.end: wants a word", YAML)).toBe(8);
  expect(lineInWords("flow: wants `start`", YAML)).toBeNull();
});

it("a change begins as the next version", () => {
  expect(nextVersion(YAML, 3)).toContain("version: 4\n");
});
