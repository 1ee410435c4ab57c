import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Does a deed and has everything that shows vendors or their lists asked again. */
export function useDeed<Given = void, Answer = unknown>(act: (given: Given) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey: [key] }) =>
          typeof key === "string" && (key.startsWith("/api/vendors") || key.startsWith("/api/lists")),
      }),
  });
}
