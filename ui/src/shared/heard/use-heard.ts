import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { dialingTalkSayHeard } from "@/shared/api/generated/calls";
import { sentence } from "@/shared/ui/sentence";
import type { Was } from "./standing";

const keyOf = (call: string | null) => `ahize.heard.${call}`;

function kept(call: string | null): Was | null {
  const was = sessionStorage.getItem(keyOf(call));
  return was === "person" || was === "machine" ? was : null;
}

export interface Heard {
  /** What was said in this tab; the server keeps it, and tells it in its reports only. */
  said: Was | null;
  say: (was: Was) => void;
  isPending: boolean;
}

/** Say who picked up. The last word stands, so that pressing again corrects it. */
export function useHeard(call: string | null): Heard {
  const queries = useQueryClient();
  const queryKey = ["ahize.heard", call];
  const said = useQuery({ queryKey, queryFn: () => kept(call), initialData: () => kept(call), staleTime: Infinity });
  const { mutate, isPending } = useMutation({
    mutationFn: (word: { call: string; was: Was }) => dialingTalkSayHeard(word.call, { was: word.was }),
    onSuccess: (_, word) => {
      sessionStorage.setItem(keyOf(word.call), word.was);
      queries.setQueryData(["ahize.heard", word.call], word.was);
    },
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  const say = useCallback(
    (was: Was) => {
      if (call) mutate({ call, was });
    },
    [call, mutate],
  );
  return { said: said.data, say, isPending };
}
