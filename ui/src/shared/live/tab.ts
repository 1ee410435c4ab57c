import { randomId } from "@/shared/ids";

/** The same after a reload, another in another tab: that is how the server knows a second desk from a reload. */
export function tabSession(): string {
  const key = "ahize.tab";
  let session = sessionStorage.getItem(key);
  if (!session) {
    session = randomId();
    sessionStorage.setItem(key, session);
  }
  return session;
}
