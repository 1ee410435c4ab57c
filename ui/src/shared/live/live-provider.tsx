import { type Query, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { FromServer, Topic } from "./protocol";
import { LiveSocket } from "./socket";
import { tabSession } from "./tab";

/** Which answers a change makes old, by the beginning of their address. */
const OLD_AFTER: Record<Topic, readonly string[]> = {
  seat: ["/api/seat", "/api/callbacks", "/api/to-fix"],
  floor: ["/api/floor"],
  campaign: ["/api/campaigns", "/api/floor", "/api/reports", "/api/why-not", "/api/readiness"],
  import: ["/api/imports", "/api/lists"],
  user: ["/api/me", "/api/users", "/api/invitations"],
};

type Handler = (message: FromServer) => void;

interface Live {
  connected: boolean;
  session: string;
  listen(handler: Handler): () => void;
}

const LiveContext = createContext<Live>({ connected: false, session: "", listen: () => () => {} });

export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [connected, setConnected] = useState(false);
  const handlers = useRef(new Set<Handler>());

  useEffect(() => {
    const renew = (starts: readonly string[]) =>
      void queries.invalidateQueries({ predicate: (query) => starts.some((start) => startsWith(query, start)) });
    const socket = new LiveSocket((message) => {
      if (message.type === "changed") renew(OLD_AFTER[message.topic] ?? []);
      if (message.type === "card") renew(["/api/seat"]);
      // What happened while we were away was perhaps not kept for us: after every welcome all of it is asked again.
      if (message.type === "welcome") renew(Object.values(OLD_AFTER).flat());
      if (message.type === "signed_out") void queries.invalidateQueries({ queryKey: ["/api/me"] });
      for (const handler of handlers.current) handler(message);
    }, setConnected);
    socket.start();
    return () => socket.stop();
  }, [queries]);

  const live = useMemo<Live>(
    () => ({
      connected,
      session: tabSession(),
      listen(handler) {
        handlers.current.add(handler);
        return () => handlers.current.delete(handler);
      },
    }),
    [connected],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

function startsWith(query: Query, start: string): boolean {
  const first = query.queryKey[0];
  return typeof first === "string" && first.startsWith(start);
}

export function useLive(): Live {
  return useContext(LiveContext);
}

/** Hear the socket's messages while the component stands. */
export function useHear(handler: Handler): void {
  const { listen } = useLive();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => listen((message) => latest.current(message)), [listen]);
}
