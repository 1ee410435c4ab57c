import { queryOptions } from "@tanstack/react-query";
import type { CampaignBrief } from "@/shared/api/generated/model";
import { get } from "@/shared/api/http";

/** The campaigns this agent may sit in. */
export const myCampaignsQuery = queryOptions({
  queryKey: ["/api/campaigns/mine"],
  queryFn: ({ signal }) => get<CampaignBrief[]>("/api/campaigns/mine", signal),
});
