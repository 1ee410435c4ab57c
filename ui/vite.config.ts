import { fileURLToPath } from "node:url";
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// While developing, the API and the socket live on the web process; its address is the only setting.
const backend = process.env.AHIZE_WEB_URL ?? "http://127.0.0.1:8000";

// It answers only its own Host and Origin, so the proxy speaks as if it were the page it serves itself.
const ours = { target: backend, changeOrigin: true, headers: { origin: backend } };

export default defineConfig({
  plugins: [react(), lingui({ macroTransform: true })],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    proxy: {
      "/api": ours,
      "/_allauth": ours,
      "/ws": { ...ours, ws: true },
    },
  },
  build: {
    target: "es2023",
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    // A page of forty small files waits forty times on HTTP/1.1: what every page needs travels together.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "base", test: /node_modules\/(react|react-dom|scheduler|@tanstack|@lingui)\// },
            { name: "icons", test: /node_modules\/@tabler\// },
            {
              name: "kit",
              test: /node_modules\/(@mantine\/(core|hooks|store|notifications)|@floating-ui|clsx)\//,
              entriesAware: true,
              entriesAwareMergeThreshold: 24_000,
            },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/shared/testing/setup.ts"],
    restoreMocks: true,
  },
});
