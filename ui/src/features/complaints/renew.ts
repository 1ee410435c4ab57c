import type { QueryClient } from "@tanstack/react-query";

/** Whatever shows complaints, stops or the meter asks again. */
export function renewComplaints(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [key] }) =>
      typeof key === "string" && (key.startsWith("/api/complaints") || key.startsWith("/api/suppressions")),
  });
}
