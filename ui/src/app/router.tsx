import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import type { Me } from "@/shared/session/me";
import { meQuery } from "@/shared/session/session";
import { ErrorPage, NoRoomPage, NotFoundPage } from "./error-page";
import { firstRoom, roomsOf } from "./rooms";

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string; reason?: "ended" } => ({
    // Only a path of our own: an address from outside must not send anybody elsewhere after signing in.
    ...(typeof search.to === "string" && /^\/(?![/\\])/.test(search.to) ? { to: search.to } : {}),
    ...(search.reason === "ended" ? { reason: "ended" as const } : {}),
  }),
  component: lazyRouteComponent(() => import("@/features/sign-in/sign-in-page"), "SignInPage"),
});

const join = createRoute({
  getParentRoute: () => root,
  path: "/join/$token",
  component: lazyRouteComponent(() => import("@/features/sign-in/join-page"), "JoinPage"),
});

/** Everything behind the door: nobody gets in without having signed in. */
const house = createRoute({
  getParentRoute: () => root,
  id: "house",
  component: lazyRouteComponent(() => import("./frame/app-frame"), "AppFrame"),
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: "/sign-in", search: location.pathname === "/" ? {} : { to: location.href } });
    return { me };
  },
});

/** A room opens to who holds the verb that rooms.ts names for it. The server checks again. */
const guard = {
  beforeLoad: ({ context, location }: { context: { me: Me }; location: { pathname: string } }) => {
    const open = roomsOf(context.me).some(
      ({ path }) => location.pathname === path || location.pathname.startsWith(`${path}/`),
    );
    if (!open) throw redirect({ to: firstRoom(context.me) });
  },
};

const home = createRoute({
  getParentRoute: () => house,
  path: "/",
  beforeLoad: ({ context }) => {
    throw redirect({ to: firstRoom(context.me) });
  },
});

const noRoom = createRoute({ getParentRoute: () => house, path: "/no-room", component: NoRoomPage });

const desk = createRoute({
  getParentRoute: () => house,
  path: "/desk",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/agent-desktop/desktop-page"), "DesktopPage"),
});

const floor = createRoute({
  getParentRoute: () => house,
  path: "/floor",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/wallboard/wallboard-page"), "WallboardPage"),
});

/** What stands in an address behind the question mark, each a word or absent: a view is a link. */
function searchOf<Name extends string>(
  ...names: Name[]
): (search: Record<string, unknown>) => { [key in Name]?: string } {
  return (search) => {
    const found: { [key in Name]?: string } = {};
    // Digits that somebody typed into the address come as a number.
    for (const name of names)
      if (["string", "number"].includes(typeof search[name])) found[name] = String(search[name]);
    return found;
  };
}

const campaigns = createRoute({
  getParentRoute: () => house,
  path: "/campaigns",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/campaigns/list-page"), "CampaignsPage"),
});

const newCampaign = createRoute({
  getParentRoute: () => house,
  path: "/campaigns/new",
  ...guard,
  validateSearch: searchOf("list"),
  component: lazyRouteComponent(() => import("@/features/campaigns/new-page"), "NewCampaignPage"),
});

const campaign = createRoute({
  getParentRoute: () => house,
  path: "/campaigns/$id",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/campaigns/campaign-page"), "CampaignPage"),
});

const whatIf = createRoute({
  getParentRoute: () => house,
  path: "/what-if",
  ...guard,
  validateSearch: searchOf("campaign", "a", "b"),
  component: lazyRouteComponent(() => import("@/features/what-if/what-if-page"), "WhatIfPage"),
});

const replay = createRoute({
  getParentRoute: () => house,
  path: "/replay",
  ...guard,
  validateSearch: searchOf("campaign", "run"),
  component: lazyRouteComponent(() => import("@/features/replay/replay-page"), "ReplayPage"),
});

const flows = createRoute({
  getParentRoute: () => house,
  path: "/flows",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/flows/flows-page"), "FlowsPage"),
});

const flow = createRoute({
  getParentRoute: () => house,
  path: "/flows/$id",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/flows/flow-page"), "FlowPage"),
});

const people = createRoute({
  getParentRoute: () => house,
  path: "/people",
  ...guard,
  validateSearch: searchOf("q"),
  component: lazyRouteComponent(() => import("@/features/people/search-page"), "SearchPage"),
});

const contact = createRoute({
  getParentRoute: () => house,
  path: "/people/$id",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/people/contact-page"), "ContactPage"),
});

const attempt = createRoute({
  getParentRoute: () => house,
  path: "/people/attempts/$id",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/people/attempt-page"), "AttemptPage"),
});

const recordings = createRoute({
  getParentRoute: () => house,
  path: "/recordings",
  ...guard,
  validateSearch: searchOf("show"),
  component: lazyRouteComponent(() => import("@/features/recordings/recordings-page"), "RecordingsPage"),
});

const callbacks = createRoute({
  getParentRoute: () => house,
  path: "/callbacks",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/people/callbacks-page"), "CallbacksPage"),
});

const reports = createRoute({
  getParentRoute: () => house,
  path: "/reports",
  ...guard,
  validateSearch: searchOf("campaign", "since", "until"),
  component: lazyRouteComponent(() => import("@/features/reports/report-page"), "ReportPage"),
});

const staffing = createRoute({
  getParentRoute: () => house,
  path: "/staffing",
  ...guard,
  validateSearch: searchOf("view", "campaign", "inbound", "day"),
  component: lazyRouteComponent(() => import("@/features/staffing/staffing-page"), "StaffingPage"),
});

const proof = createRoute({
  getParentRoute: () => house,
  path: "/law/proof",
  ...guard,
  validateSearch: searchOf("view", "reaudit"),
  component: lazyRouteComponent(() => import("@/features/proof/proof-page"), "ProofPage"),
});

const retention = createRoute({
  getParentRoute: () => house,
  path: "/law/retention",
  ...guard,
  validateSearch: searchOf("view", "show"),
  component: lazyRouteComponent(() => import("@/features/retention/retention-page"), "RetentionPage"),
});

const complaints = createRoute({
  getParentRoute: () => house,
  path: "/complaints",
  ...guard,
  validateSearch: searchOf("view", "show", "number"),
  component: lazyRouteComponent(() => import("@/features/complaints/complaints-page"), "ComplaintsPage"),
});

const complaint = createRoute({
  getParentRoute: () => house,
  path: "/complaints/$id",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/complaints/case-page"), "CasePage"),
});

const lists = createRoute({
  getParentRoute: () => house,
  path: "/lists",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/lists/lists-page"), "ListsPage"),
});

const list = createRoute({
  getParentRoute: () => house,
  path: "/lists/$id",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/lists/list-page"), "ListPage"),
});

const imported = createRoute({
  getParentRoute: () => house,
  path: "/lists/import/$id",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/lists/import-page"), "ImportPage"),
});

const vendors = createRoute({
  getParentRoute: () => house,
  path: "/vendors",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/vendors/vendors-page"), "VendorsPage"),
});

const vendor = createRoute({
  getParentRoute: () => house,
  path: "/vendors/$id",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/vendors/vendor-page"), "VendorPage"),
});

const mayWe = createRoute({
  getParentRoute: () => house,
  path: "/law/may-we",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/compliance/may-we-page"), "MayWePage"),
});

const compliance = createRoute({
  getParentRoute: () => house,
  path: "/law/console",
  ...guard,
  validateSearch: searchOf("show"),
  component: lazyRouteComponent(() => import("@/features/compliance/console-page"), "ConsolePage"),
});

const doNotCall = createRoute({
  getParentRoute: () => house,
  path: "/law/do-not-call",
  ...guard,
  validateSearch: searchOf("q", "show"),
  component: lazyRouteComponent(() => import("@/features/compliance/do-not-call-page"), "DoNotCallPage"),
});

const rights = createRoute({
  getParentRoute: () => house,
  path: "/law/rights",
  ...guard,
  validateSearch: searchOf("show"),
  component: lazyRouteComponent(() => import("@/features/rights/rights-page"), "RightsPage"),
});

const registries = createRoute({
  getParentRoute: () => house,
  path: "/law/registries",
  ...guard,
  validateSearch: searchOf("show"),
  component: lazyRouteComponent(() => import("@/features/compliance/registries-page"), "RegistriesPage"),
});

const users = createRoute({
  getParentRoute: () => house,
  path: "/house/users",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/admin/users-page"), "UsersPage"),
});

const sellers = createRoute({
  getParentRoute: () => house,
  path: "/house/sellers",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/admin/sellers-page"), "SellersPage"),
});

const lines = createRoute({
  getParentRoute: () => house,
  path: "/house/lines",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/lines/lines-page"), "LinesPage"),
});

const sounds = createRoute({
  getParentRoute: () => house,
  path: "/house/sounds",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/lines/sounds-page"), "SoundsPage"),
});

const audit = createRoute({
  getParentRoute: () => house,
  path: "/house/audit",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/admin/audit-page"), "AuditPage"),
});

const readiness = createRoute({
  getParentRoute: () => house,
  path: "/house/readiness",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/admin/readiness-page"), "ReadinessPage"),
});

const pauseCodes = createRoute({
  getParentRoute: () => house,
  path: "/house/pause-codes",
  ...guard,
  component: lazyRouteComponent(() => import("@/features/admin/pause-codes-page"), "PauseCodesPage"),
});

const routes = root.addChildren([
  signIn,
  join,
  house.addChildren([
    home,
    noRoom,
    desk,
    floor,
    campaigns,
    newCampaign,
    campaign,
    whatIf,
    replay,
    flows,
    flow,
    lists,
    list,
    imported,
    vendors,
    vendor,
    people,
    contact,
    attempt,
    callbacks,
    recordings,
    reports,
    staffing,
    proof,
    retention,
    complaints,
    complaint,
    compliance,
    mayWe,
    doNotCall,
    rights,
    registries,
    users,
    sellers,
    lines,
    sounds,
    audit,
    readiness,
    pauseCodes,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { queries },
    defaultPreload: "intent",
    defaultErrorComponent: ErrorPage,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
