/**
 * Are the catalogues complete? Every message of the code stands in them, and every one has its Turkish.
 *
 * Extracts into memory's place on disk and puts the files back, so that a check never changes anything.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";

const lingui = (...args: string[]) => spawnSync("npx", ["--no-install", "lingui", ...args], { encoding: "utf8" });

/** The messages only: dates and tool versions in the header are nobody's words. */
const words = (text: string) => text.slice(text.indexOf("\n\n"));

const before = new Map(globSync("src/**/words/*.po").map((file) => [file, readFileSync(file, "utf8")]));
const extract = lingui("extract", "--clean");
const stale = globSync("src/**/words/*.po").filter(
  (file) => words(readFileSync(file, "utf8")) !== words(before.get(file) ?? ""),
);
const missing = globSync("src/**/words/tr.po").flatMap((file) => untranslated(file));
// Only what the extraction itself has changed is put back: somebody may be editing the others.
for (const [file, text] of before) if (readFileSync(file, "utf8") !== text) writeFileSync(file, text);

if (extract.status !== 0) fail(extract.stdout + extract.stderr);
if (missing.length > 0) {
  fail(`${missing.length} messages have no Turkish:\n${missing.join("\n")}\nWrite their msgstr in the named tr.po.`);
}
if (stale.length > 0) fail(`These catalogues lag behind the code: ${stale.join(", ")}\nRun: npm run words`);
console.log(`Words: ${before.size} catalogues, complete in English and Turkish.`);

function untranslated(file: string): string[] {
  const entries = readFileSync(file, "utf8").split(/\n\n/).slice(1);
  return entries
    .filter((entry) => !entry.includes("#~") && /^msgstr ""$/m.test(entry) && !/^msgstr ""\n"/m.test(entry))
    .map((entry) => `  ${file}: ${/^msgid (.*)$/m.exec(entry)?.[1] ?? entry}`);
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
