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
        // ahize_web_dialing_api_open_seat → dialingOpenSeat: the app's word and the deed's.
        operationName: (operation, route, verb) =>
          (operation.operationId ?? `${verb}_${route}`)
            .replace(/^ahize_web_/, "")
            .replace("_api_", "_")
            .replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase()),
        mutator: { path: "./src/shared/api/http.ts", name: "call" },
        fetch: { includeHttpResponseReturnType: false },
        query: { signal: true },
      },
    },
  },
});
