import { tabSession } from "@/shared/live/tab";
import { Problem, Unreachable } from "./problem";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** What the generated hooks may throw; both are classes, so ask with instanceof. */
export type ErrorType<_> = Problem | Unreachable;

/** The last moment the server answered anything, in this browser's milliseconds; for "data is n s old". */
let heardAt = Date.now();
const listeners = new Set<() => void>();
let reachable = true;

/** One request to our own server: session cookie, CSRF header, JSON in and out, a Problem where it says no. */
export async function call<T>(url: string, init: RequestInit = {}): Promise<T> {
  const method = (init.method ?? "GET").toUpperCase();
  const headers = new Headers(init.headers);
  headers.set("Accept", "application/json");
  headers.set("Accept-Language", document.documentElement.lang);
  if (typeof init.body === "string" && !headers.has("Content-Type")) headers.set("Content-Type", "application/json");
  headers.set("X-Seat-Session", tabSession());
  if (!SAFE.has(method)) headers.set("X-CSRFToken", cookie("csrftoken"));

  let response: Response;
  try {
    response = await fetch(url, { ...init, method, headers, credentials: "same-origin" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    heard(false);
    throw new Unreachable();
  }
  // 502 to 504 come from what stands before our web process while it restarts: nobody has heard us.
  if (response.status >= 502 && response.status <= 504 && !isJson(response)) {
    heard(false);
    throw new Unreachable();
  }
  heard(true);
  const text = await response.text();
  // "It will be done" (202) says JSON and has nothing to say.
  const body: unknown = text && isJson(response) ? JSON.parse(text) : text || undefined;
  if (!response.ok) throw new Problem(response.status, body);
  return body as T;
}

export function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  return call<T>(url, signal ? { signal } : {});
}

export function send<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", url: string, body?: unknown): Promise<T> {
  return call<T>(url, body === undefined ? { method } : { method, body: JSON.stringify(body) });
}

export const connection = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isReachable: () => reachable,
  heardAt: () => heardAt,
};

/** Told by requests and by the socket; the banner listens. */
export function heard(answered: boolean): void {
  if (answered) heardAt = Date.now();
  if (answered !== reachable) {
    reachable = answered;
    for (const listener of listeners) listener();
  }
}

function isJson(response: Response): boolean {
  return (response.headers.get("Content-Type") ?? "").includes("json");
}

export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
