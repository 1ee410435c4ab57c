import type { QueryClient } from "@tanstack/react-query";

/** What a change of policy makes old. */
export function renewPolicies(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith("/api/policies") });
}
