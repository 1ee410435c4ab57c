import { useQuery } from "@tanstack/react-query";
import type { PlanRun } from "@/shared/api/generated/model";
import { getPlanningOneRunQueryOptions } from "@/shared/api/generated/planning";

const LOOK_EVERY_MS = 1_500;

export function isOpen(run: Pick<PlanRun, "state"> | undefined): boolean {
  return run?.state === "waiting" || run?.state === "running";
}

/** A run as far as it has come: hints come by the socket, and while it runs it is asked again in any case. */
export function useRun(id: string | undefined) {
  return useQuery({
    ...getPlanningOneRunQueryOptions(id ?? ""),
    enabled: Boolean(id),
    refetchInterval: (query) => (isOpen(query.state.data) ? LOOK_EVERY_MS : false),
  });
}
