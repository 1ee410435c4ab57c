import { Trans } from "@lingui/react/macro";
import { Badge, Group } from "@mantine/core";
import type { TalkOut } from "@/shared/api/generated/model";

interface TalkLineProps {
  talk: TalkOut;
  me: string;
  /** Nothing is recorded before the person has said yes. */
  wantsYes: boolean;
}

/** Who else is in the talk, where it came from, and whether it may be recorded; nothing where it is an ordinary one. */
export function TalkLine({ talk, me, wantsYes }: TalkLineProps) {
  const others = talk.others
    .filter(({ kind, name }) => name !== me && (kind !== "consult" || talk.three_way))
    .map(({ name }) => name);
  const names = others.join(", ");
  if (!wantsYes && !talk.transferred_from && others.length === 0) return null;
  return (
    <Group gap={8} mt={8} role="status">
      {wantsYes ? (
        <Badge color="amber" variant="light">
          <Trans>Not recorded until they agree</Trans>
        </Badge>
      ) : null}
      {talk.transferred_from ? (
        <Badge color="lake" variant="light">
          <Trans>Handed over by {talk.transferred_from}</Trans>
        </Badge>
      ) : null}
      {others.length > 0 ? (
        <Badge color="lake" variant="light">
          <Trans>In the talk, too: {names}</Trans>
        </Badge>
      ) : null}
    </Group>
  );
}
