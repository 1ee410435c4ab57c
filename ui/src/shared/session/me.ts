export type Role =
  | "agent"
  | "supervisor"
  | "campaign_manager"
  | "list_manager"
  | "compliance_officer"
  | "administrator";

export interface World {
  kind: "made_up" | "real";
  now: string;
  /** The house's own zone, in which the ribbon tells the time. */
  zone: string;
  telephone_line: boolean;
}

export interface Me {
  id: string;
  name: string;
  email: string;
  roles: Role[];
  language: "en" | "tr";
  tenant: { id: string; name: string };
  world: World;
}
