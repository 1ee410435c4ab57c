import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { type Icon, IconHeadset, IconLayoutDashboard } from "@tabler/icons-react";
import type { Me, Role } from "@/shared/session/me";
import { mayEnter } from "@/shared/session/session";

/** A place in the house: who may enter it, and in which order they find it. Its screens stand in router.tsx. */
export interface Room {
  path: string;
  label: MessageDescriptor;
  icon: Icon;
  roles: readonly Role[];
}

export const ROOMS: readonly Room[] = [
  { path: "/desk", label: msg`Agent desktop`, icon: IconHeadset, roles: ["agent", "supervisor"] },
  {
    path: "/floor",
    label: msg`Wallboard`,
    icon: IconLayoutDashboard,
    roles: ["supervisor", "campaign_manager", "administrator"],
  },
];

export function roomsOf(me: Me): readonly Room[] {
  return ROOMS.filter((room) => mayEnter(me, room.roles));
}

/** Where a person's day begins: an agent's at the desk, a supervisor's at the wallboard, else the first room open. */
export function firstRoom(me: Me): string {
  if (me.roles.includes("supervisor")) return "/floor";
  return roomsOf(me)[0]?.path ?? "/no-room";
}
