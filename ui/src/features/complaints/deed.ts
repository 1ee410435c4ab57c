import { useMutation, useQueryClient } from "@tanstack/react-query";
import { renewComplaints } from "./renew";

/** Does a deed and has everything that shows complaints asked again. */
export function useDeed(act: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => renewComplaints(queries) });
}
