import { Trans } from "@lingui/react/macro";
import { Badge, Group } from "@mantine/core";
import type { TalkOut } from "@/shared/api/generated/model";

/** Who else is in the talk, where it came from, and whether they hear music; nothing where it is an ordinary one. */
export function TalkLine({ talk }: { talk: TalkOut }) {
  const others = talk.others.filter(({ kind }) => kind !== "consult" || talk.three_way).map(({ name }) => name);
  const names = others.join(", ");
  if (!talk.held && !talk.transferred_from && others.length === 0) return null;
  return (
    <Group gap={8} mt={8} role="status">
      {talk.held ? (
        <Badge color="amber" size="lg" variant="filled">
          <Trans>On hold: they hear music</Trans>
        </Badge>
      ) : null}
      {talk.transferred_from ? (
        <Badge color="lake" size="lg" variant="light">
          <Trans>Handed over by {talk.transferred_from}</Trans>
        </Badge>
      ) : null}
      {others.length > 0 ? (
        <Badge color="lake" size="lg" variant="light">
          <Trans>In the talk, too: {names}</Trans>
        </Badge>
      ) : null}
    </Group>
  );
}
