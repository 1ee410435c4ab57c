import { defineConfig } from "orval";

export default defineConfig({
  ahize: {
    input: "./openapi.json",
    output: {
      mode: "tags",
      target: "./src/shared/api/generated/ahize.ts",
      schemas: "./src/shared/api/generated/model",
      client: "react-query",
      httpClient: "fetch",
      clean: true,
      override: {
        mutator: { path: "./src/shared/api/http.ts", name: "call" },
        fetch: { includeHttpResponseReturnType: false },
        query: { signal: true },
      },
    },
  },
});
