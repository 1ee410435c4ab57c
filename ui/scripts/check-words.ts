/**
 * Are the catalogues complete? Every message of the code stands in them, and every one has its Turkish: the same one
 * everywhere, for the screens load them as one.
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
const torn = disagreements();
if (torn.length > 0) {
  fail(`These say two things in Turkish:\n${torn.join("\n")}\nUse one word, or give one of them a context.`);
}
if (stale.length > 0) fail(`These catalogues lag behind the code: ${stale.join(", ")}\nRun: npm run words`);
console.log(`Words: ${before.size} catalogues, complete in English and Turkish.`);

function untranslated(file: string): string[] {
  const entries = readFileSync(file, "utf8").split(/\n\n/).slice(1);
  return entries
    .filter((entry) => !entry.includes("#~") && /^msgstr ""$/m.test(entry) && !/^msgstr ""\n"/m.test(entry))
    .map((entry) => `  ${file}: ${/^msgid (.*)$/m.exec(entry)?.[1] ?? entry}`);
}

/** Messages with more than one Turkish; whichever catalogue is loaded last would win on every screen. */
function disagreements(): string[] {
  const said = new Map<string, Map<string, string>>();
  for (const file of globSync("src/**/words/tr.po")) {
    for (const entry of readFileSync(file, "utf8").split(/\n\n/).slice(1)) {
      const message = entry.match(/^(?:msgctxt .*\n)?msgid (?:".*"\n?)+/m)?.[0].trim();
      const turkish = entry.match(/^msgstr ((?:".*"\n?)+)/m)?.[1]?.trim();
      if (entry.includes("#~") || !message || !turkish) continue;
      const known = said.get(message) ?? new Map<string, string>();
      said.set(message, known.set(turkish, file));
    }
  }
  return [...said]
    .filter(([, words]) => words.size > 1)
    .map(([message, words]) => `  ${message}: ${[...words].map(([word, file]) => `${word} (${file})`).join(", ")}`);
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
