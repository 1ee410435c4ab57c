import { type Query, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { oldAfter } from "./old-after";
import { oneAtATime } from "./one-at-a-time";
import type { FromServer } from "./protocol";
import { LiveSocket } from "./socket";
import { tabSession } from "./tab";

/** Notices come in bursts; what only watches is asked at most so often. The agent's own seat never waits. */
const WATCHING_EVERY_MS = 500;
const AT_ONCE = "/api/seat";

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
    const renew = (starts: Iterable<string>) => {
      const all = [...starts];
      if (all.length === 0) return;
      void queries.invalidateQueries({ predicate: (query) => all.some((start) => startsWith(query, start)) });
    };
    const ofSeat = { predicate: (query: Query) => startsWith(query, AT_ONCE) };
    const lookAtSeat = oneAtATime(async () => {
      // An answer that was asked for before the hint may be older than what the hint is about: then ask once more.
      const asked = queries.isFetching(ofSeat) > 0;
      await queries.invalidateQueries(ofSeat, { cancelRefetch: false });
      if (asked) await queries.invalidateQueries(ofSeat, { cancelRefetch: false });
    });
    const later = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (starts: readonly string[]) => {
      if (starts.includes(AT_ONCE)) lookAtSeat();
      for (const start of starts) if (start !== AT_ONCE) later.add(start);
      if (later.size === 0 || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        renew(later);
        later.clear();
      }, WATCHING_EVERY_MS);
    };
    const socket = new LiveSocket((message) => {
      const mySeat = queries.getQueryData<{ id: string | null }>([AT_ONCE])?.id ?? null;
      if (message.type === "changed") hear(oldAfter(message.topic, message.id, mySeat));
      if (message.type === "card" || message.type === "taken_over") lookAtSeat();
      // What happened while we were away was perhaps not kept for us: after every welcome all of it is asked again.
      if (message.type === "welcome") renew(["/api/"]);
      for (const handler of handlers.current) handler(message);
    }, setConnected);
    socket.start();
    return () => {
      clearTimeout(timer);
      socket.stop();
    };
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
