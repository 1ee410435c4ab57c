import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import {
  type Icon,
  IconArchive,
  IconBellOff,
  IconBuildingStore,
  IconCalendarTime,
  IconCertificate,
  IconChartDots,
  IconChecklist,
  IconCoffee,
  IconGavel,
  IconGitBranch,
  IconHeadset,
  IconHistory,
  IconLayoutDashboard,
  IconListCheck,
  IconListDetails,
  IconMessageReport,
  IconMicrophone,
  IconReportAnalytics,
  IconRotateClockwise,
  IconRoute,
  IconScale,
  IconSpeakerphone,
  IconTruckDelivery,
  IconUserCog,
  IconUserQuestion,
  IconUsers,
  IconUsersGroup,
  IconVinyl,
} from "@tabler/icons-react";
import type { Me, Verb } from "@/shared/session/me";

/** A place in the house: who may enter it, and in which order they find it. Its screens stand in router.tsx. */
export interface Room {
  path: string;
  label: MessageDescriptor;
  icon: Icon;
  needs: Verb;
}

export const ROOMS: readonly Room[] = [
  { path: "/desk", label: msg`Agent desktop`, icon: IconHeadset, needs: "take_seat" },
  {
    path: "/floor",
    label: msg`Wallboard`,
    icon: IconLayoutDashboard,
    needs: "see_floor",
  },
  { path: "/lists", label: msg`Lists`, icon: IconListDetails, needs: "see_lists" },
  { path: "/vendors", label: msg`Lead vendors`, icon: IconTruckDelivery, needs: "see_lists" },
  { path: "/campaigns", label: msg`Campaigns`, icon: IconSpeakerphone, needs: "see_campaigns" },
  { path: "/what-if", label: msg`What if`, icon: IconChartDots, needs: "plan_shifts" },
  { path: "/replay", label: msg`Replay`, icon: IconRotateClockwise, needs: "plan_shifts" },
  { path: "/flows", label: msg`Flows`, icon: IconGitBranch, needs: "see_campaigns" },
  { path: "/people", label: msg`People`, icon: IconUsers, needs: "see_contacts" },
  { path: "/callbacks", label: msg`Callbacks`, icon: IconCalendarTime, needs: "see_callbacks" },
  { path: "/recordings", label: msg`Recordings`, icon: IconMicrophone, needs: "hear_recordings" },
  { path: "/reports", label: msg`Reports`, icon: IconReportAnalytics, needs: "see_reports" },
  { path: "/staffing", label: msg`Staffing`, icon: IconUsersGroup, needs: "see_reports" },
  { path: "/complaints", label: msg`Complaints`, icon: IconMessageReport, needs: "see_complaints" },
  { path: "/law/console", label: msg`Compliance`, icon: IconGavel, needs: "see_policy" },
  { path: "/law/may-we", label: msg`May we call?`, icon: IconScale, needs: "ask_law" },
  { path: "/law/do-not-call", label: msg`Do not call`, icon: IconBellOff, needs: "see_consents" },
  { path: "/law/rights", label: msg`Data requests`, icon: IconUserQuestion, needs: "see_rights" },
  { path: "/law/registries", label: msg`Registries`, icon: IconListCheck, needs: "see_consents" },
  { path: "/law/proof", label: msg`Proof`, icon: IconCertificate, needs: "see_proof" },
  { path: "/law/retention", label: msg`Retention`, icon: IconArchive, needs: "see_retention" },
  { path: "/house/sellers", label: msg`Sellers`, icon: IconBuildingStore, needs: "see_sellers" },
  { path: "/house/lines", label: msg`Lines`, icon: IconRoute, needs: "see_lines" },
  { path: "/house/sounds", label: msg`Sounds`, icon: IconVinyl, needs: "approve_spoken" },
  { path: "/house/users", label: msg`Users`, icon: IconUserCog, needs: "see_users" },
  { path: "/house/pause-codes", label: msg`Pause codes`, icon: IconCoffee, needs: "edit_campaigns" },
  { path: "/house/audit", label: msg`Audit log`, icon: IconHistory, needs: "see_audit" },
  { path: "/house/readiness", label: msg`Readiness`, icon: IconChecklist, needs: "see_readiness" },
];

export function roomsOf(me: Me): readonly Room[] {
  return ROOMS.filter((room) => me.verbs.includes(room.needs));
}

/** Where a person's day begins: an agent's at the desk, a supervisor's at the wallboard, else the first room open. */
export function firstRoom(me: Me): string {
  if (me.verbs.includes("steer_floor")) return "/floor";
  return roomsOf(me)[0]?.path ?? "/no-room";
}
