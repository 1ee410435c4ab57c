import { queryOptions, useQuery } from "@tanstack/react-query";
import { accountsMe } from "@/shared/api/generated/accounts";
import { call, send } from "@/shared/api/http";
import { setServerNow } from "@/shared/time/clock";
import type { Me, Verb } from "./me";

export const ME = ["/api/me"] as const;

/** Who is signed in; null where nobody is. */
export const meQuery = queryOptions({
  queryKey: ME,
  queryFn: async ({ signal }): Promise<Me | null> => {
    const me = await accountsMe({ signal }).catch((error: unknown) => {
      if (error instanceof Object && "status" in error && (error.status === 401 || error.status === 403)) return null;
      throw error;
    });
    if (me) setServerNow(me.world.now);
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
export async function touchSession(): Promise<void> {
  await call(`${AUTH}/auth/session`).catch(() => undefined);
}

export function signIn(email: string, password: string): Promise<unknown> {
  return send("POST", `${AUTH}/auth/login`, { email, password });
}

/** allauth answers a sign-out with 401, "nobody is signed in any more": that is the good end. */
export async function signOut(): Promise<void> {
  await send("DELETE", `${AUTH}/auth/session`).catch((error: unknown) => {
    if (!(error instanceof Object && "status" in error && error.status === 401)) throw error;
  });
}
