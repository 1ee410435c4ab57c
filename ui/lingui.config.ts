import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

// One catalogue a folder, so that a feature carries its own words and two people rarely edit one file.
export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "tr"],
  catalogs: [
    { path: "<rootDir>/src/app/words/{locale}", include: ["<rootDir>/src/app/"] },
    { path: "<rootDir>/src/shared/words/{locale}", include: ["<rootDir>/src/shared/"] },
    {
      path: "<rootDir>/src/features/{name}/words/{locale}",
      include: ["<rootDir>/src/features/{name}/"],
    },
  ],
  format: formatter({ lineNumbers: false }),
  orderBy: "origin",
});
