import { useCallback, useEffect, useRef, useState } from "react";
import { dialingNotes } from "@/shared/api/generated/calls";
import type { CallOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { begin, type Draft, keep, kept, SAVE_AFTER_MS, saved, write } from "./draft";

const AGAIN_AFTER_MS = 2_000;

export interface DraftHandle {
  draft: Draft;
  change(change: Partial<Pick<Draft, "text" | "code" | "callbackAt">>): void;
}

/** The draft of this call: kept here at each stroke, saved on the server within a second, tried again while offline. */
export function useDraft(call: CallOut | null): DraftHandle | null {
  const [draft, setDraft] = useState<Draft | null>(() => (call ? begin(call.id, call.notes, kept()) : null));
  const latest = useRef(draft);
  latest.current = draft;
  const saving = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const put = useCallback((next: Draft | null) => {
    latest.current = next;
    if (next) keep(next);
    setDraft(next);
  }, []);

  const save = useCallback(async () => {
    const sent = latest.current;
    if (!sent?.unsaved || saving.current) return;
    saving.current = true;
    let again = 0;
    try {
      const answer = await dialingNotes(sent.call, { text: sent.text, code: sent.code, version: sent.version });
      const now = latest.current;
      if (now?.call === sent.call) put(saved(now, sent, answer));
      if (latest.current?.unsaved) again = SAVE_AFTER_MS;
    } catch (error) {
      const now = latest.current;
      if (error instanceof Problem && error.code === "draft_changed" && now?.call === sent.call) {
        // Another tab of the same agent wrote; the one in front of the person is the newer.
        const version = Number(error.facts.version ?? now.version + 1);
        put({ ...now, version });
        again = SAVE_AFTER_MS;
      } else if (!(error instanceof Problem) || error.status >= 500) {
        again = AGAIN_AFTER_MS;
      }
    } finally {
      saving.current = false;
    }
    if (again) timer.current = setTimeout(() => void save(), again);
  }, [put]);

  // Another call on the screen: its own draft; what was typed for the last one was kept and is on its way.
  const callId = call?.id ?? null;
  const notes = call?.notes;
  useEffect(() => {
    if (latest.current?.call === callId) return;
    const next = callId && notes ? begin(callId, notes, kept()) : null;
    put(next);
    if (next?.unsaved) timer.current = setTimeout(() => void save(), SAVE_AFTER_MS);
  }, [callId, notes, put, save]);

  useEffect(() => {
    const leaving = () => void save();
    window.addEventListener("pagehide", leaving);
    window.addEventListener("online", leaving);
    return () => {
      window.removeEventListener("pagehide", leaving);
      window.removeEventListener("online", leaving);
      clearTimeout(timer.current);
      void save();
    };
  }, [save]);

  const change = useCallback(
    (what: Partial<Pick<Draft, "text" | "code" | "callbackAt">>) => {
      const now = latest.current;
      if (!now) return;
      put(write(now, what));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), SAVE_AFTER_MS);
    },
    [put, save],
  );

  return draft ? { draft, change } : null;
}
