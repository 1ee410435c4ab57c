import { queryOptions, useQuery } from "@tanstack/react-query";
import { accountsMe } from "@/shared/api/generated/accounts";
import { call, cookie, send } from "@/shared/api/http";
import { Problem } from "@/shared/api/problem";
import { setServerNow } from "@/shared/time/clock";
import type { Me, Verb } from "./me";

export const ME = ["/api/me"] as const;

/** Set while somebody is signed in, so that a stranger's first visit asks nothing that must be refused. */
const SIGNED_IN = "ahize.signed-in";

/** Who is signed in; null where nobody is. */
export const meQuery = queryOptions({
  queryKey: ME,
  queryFn: async ({ signal }): Promise<Me | null> => {
    if (!localStorage.getItem(SIGNED_IN)) return null;
    const me = await accountsMe({ signal }).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    });
    if (me) setServerNow(me.world.now);
    else localStorage.removeItem(SIGNED_IN);
    return me;
  },
  staleTime: 60_000,
});

export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("useMe stands only inside the frame, where somebody is signed in");
  return data;
}

/** May the person who is signed in do this? Only for what to show; the server decides again. */
export function useMay(verb: Verb): boolean {
  return useMe().verbs.includes(verb);
}

const AUTH = "/_allauth/browser/v1";

/** Sets the CSRF cookie as a side effect, which the first POST needs. */
export async function askForCookie(): Promise<void> {
  await call(`${AUTH}/config`).catch(() => undefined);
}

export async function signIn(email: string, password: string): Promise<void> {
  // Somebody quicker than the page's first answer would be refused for want of the cookie.
  if (!cookie("csrftoken")) await askForCookie();
  // allauth answers 409 where this browser's session already belongs to somebody: that one ends first.
  await send("POST", `${AUTH}/auth/login`, { email, password }).catch(async (error: unknown) => {
    if (!(error instanceof Problem && error.status === 409)) throw error;
    await signOut();
    await send("POST", `${AUTH}/auth/login`, { email, password });
  });
  remember();
}

/** Somebody is signed in here from now on. */
export function remember(): void {
  localStorage.setItem(SIGNED_IN, "yes");
}

/** allauth answers a sign-out with 401, "nobody is signed in any more": that is the good end. */
export async function signOut(): Promise<void> {
  localStorage.removeItem(SIGNED_IN);
  await send("DELETE", `${AUTH}/auth/session`).catch((error: unknown) => {
    if (!(error instanceof Problem && error.status === 401)) throw error;
  });
}
