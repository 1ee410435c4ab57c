import { QueryClient } from "@tanstack/react-query";
import { Problem } from "./problem";

/** Server data lives here and nowhere else. A Problem is an answer, so it is never asked again by itself. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => !(error instanceof Problem) && failures < 3,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5_000),
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
}
