import { Trans } from "@lingui/react/macro";
import { Badge, Group } from "@mantine/core";
import type { TalkOut } from "@/shared/api/generated/model";

/** Who else is in the talk and where it came from; nothing where it is an ordinary one. */
export function TalkLine({ talk, me }: { talk: TalkOut; me: string }) {
  const others = talk.others
    .filter(({ kind, name }) => name !== me && (kind !== "consult" || talk.three_way))
    .map(({ name }) => name);
  const names = others.join(", ");
  if (!talk.transferred_from && others.length === 0) return null;
  return (
    <Group gap={8} mt={8} role="status">
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
