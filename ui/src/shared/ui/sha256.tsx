import { Code, Tooltip } from "@mantine/core";

/** The beginning of a file's hash, all of it in the tip. */
export function Sha256({ of }: { of: string }) {
  return (
    <Tooltip label={of}>
      <Code>{of.slice(0, 12)}…</Code>
    </Tooltip>
  );
}
