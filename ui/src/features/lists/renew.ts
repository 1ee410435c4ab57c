import type { QueryClient } from "@tanstack/react-query";

/** Lists and imports are asked for again: one of them has just come or gone. */
export function renewLists(queries: QueryClient): void {
  for (const key of ["/api/lists", "/api/imports"]) void queries.invalidateQueries({ queryKey: [key] });
}
