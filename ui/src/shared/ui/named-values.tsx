import { Table } from "@mantine/core";
import type { ReactNode } from "react";

/** Names and what stands under them, a line each; long words break. */
export function NamedValues({ label, lines }: { label: string; lines: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Table aria-label={label} layout="fixed" verticalSpacing={3}>
      <Table.Tbody>
        {lines.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th fw={400} scope="row" w="40%">
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
