/** A campaign as its form holds it, and what of it was changed; pure. */
import type { CampaignEdit, CampaignOut, PoolRules } from "@/shared/api/generated/model";

export type Values = Required<
  Pick<
    CampaignEdit,
    | "name"
    | "purpose"
    | "product"
    | "mode"
    | "ratio"
    | "script"
    | "ring_s_max"
    | "wrap_up_s"
    | "preview_s"
    | "max_attempts"
    | "script_discloses"
    | "lists"
    | "agents"
    | "agency"
    | "caller_id"
    | "abandon_message"
    | "hours"
    | "recycling"
    | "dispositions"
    | "detect"
    | "person_cost"
    | "join_while_ringing"
    | "flow"
    | "flow_agents"
    | "on_machine"
    | "broadcast_lines"
    | "broadcast_per_s"
    | "ai_voice"
    | "pool"
  >
> & {
  promotes: string;
  abandon_percent: number | string;
  confidence: string;
  setup: Record<string, unknown>;
  pool: string[];
  pool_rules: Required<PoolRules>;
};

/** Of a limit that is kept at every moment, and not with a confidence. */
export const STRICT = "strict";

export function valuesOf(campaign: CampaignOut): Values {
  return {
    name: campaign.name,
    purpose: campaign.purpose,
    promotes: campaign.promotes === null ? "" : String(campaign.promotes),
    product: campaign.product,
    mode: campaign.mode,
    ratio: Number(campaign.ratio),
    script: campaign.script,
    ring_s_max: campaign.ring_s_max,
    wrap_up_s: campaign.wrap_up_s,
    preview_s: campaign.preview_s,
    max_attempts: campaign.max_attempts,
    script_discloses: campaign.script_discloses,
    lists: campaign.lists.map((list) => list.id),
    agents: campaign.agents.map((agent) => agent.id),
    agency: campaign.agency ?? "",
    caller_id: campaign.caller_id ?? "",
    abandon_message: campaign.abandon_message,
    abandon_percent: Number((Number(campaign.abandon_cap) * 100).toFixed(2)),
    confidence: campaign.confidence === null ? STRICT : String(Number(campaign.confidence)),
    hours: campaign.hours,
    recycling: campaign.recycling,
    dispositions: campaign.dispositions,
    setup: campaign.setup,
    detect: campaign.detect,
    person_cost: campaign.person_cost,
    join_while_ringing: campaign.join_while_ringing,
    flow: campaign.flow ?? "",
    flow_agents: campaign.flow_agents,
    on_machine: campaign.on_machine,
    broadcast_lines: campaign.broadcast_lines,
    broadcast_per_s: Number(campaign.broadcast_per_s),
    ai_voice: campaign.ai_voice,
    pool: campaign.pool,
    pool_rules: campaign.pool_rules as Required<PoolRules>,
  };
}

/** Only what differs from what holds now: an edit never carries back what somebody else changed meanwhile. */
export function editOf(before: CampaignOut, values: Values): CampaignEdit {
  const old = valuesOf(before);
  const edit: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (JSON.stringify(value) === JSON.stringify(old[name as keyof Values])) continue;
    if (name === "promotes") edit.promotes = value === "" ? null : value === "true";
    else if (name === "abandon_percent") edit.abandon_cap = String(Number(value) / 100);
    else if (name === "confidence") edit.confidence = value === STRICT ? null : value;
    else if (name === "agency") edit.agency = value || null;
    else if (name === "caller_id" || name === "flow") edit[name] = value || null;
    else edit[name] = value;
  }
  return edit as CampaignEdit;
}
