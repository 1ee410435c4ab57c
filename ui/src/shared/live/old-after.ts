/** Which answers a notice makes old, by the beginning of their address. Topics are the API's own plural nouns. */
const BESIDES: Record<string, readonly string[]> = {
  attempts: ["/api/contacts", "/api/reports", "/api/to-fix"],
  callbacks: ["/api/seat"],
  campaigns: ["/api/floor", "/api/seat", "/api/reports"],
  dispositions: ["/api/campaigns"],
  imports: ["/api/lists"],
  lists: ["/api/campaigns", "/api/imports"],
  // Not what a campaign is set to: that is asked of its whole list, and no plan changes it.
  plans: ["/api/planning/runs"],
  suppressions: ["/api/contacts", "/api/consents"],
  users: ["/api/me", "/api/invitations"],
};

/**
 * Addresses whose answers are old now.
 *
 * Args:
 *   mySeat: the id of the seat on this screen; a colleague's seat changes the wallboard, not my desk.
 */
export function oldAfter(topic: string, id: string, mySeat: string | null): readonly string[] {
  if (topic === "everything") return ["/api/"];
  if (topic === "seats") return mySeat === null || mySeat === id ? ["/api/seat", "/api/floor"] : ["/api/floor"];
  return [`/api/${topic}`, ...(BESIDES[topic] ?? [])];
}
