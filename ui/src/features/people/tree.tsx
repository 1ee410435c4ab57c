import { Table, Text } from "@mantine/core";

/** Kept data as it is: one line a value, the path in front. For whoever must prove what was known. */
export function Tree({ value, label }: { value: unknown; label: string }) {
  return (
    <Table aria-label={label} layout="fixed" verticalSpacing={2}>
      <Table.Tbody>
        {flat(value).map(([path, leaf]) => (
          <Table.Tr key={path}>
            <Table.Th fw={400} scope="row" w="35%">
              <Text c="dimmed" ff="monospace" size="xs" style={{ overflowWrap: "anywhere" }}>
                {path}
              </Text>
            </Table.Th>
            <Table.Td>
              <Text ff="monospace" size="xs" style={{ overflowWrap: "anywhere" }}>
                {leaf}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** `{a: {b: [1, 2]}}` → `[["a.b", "1, 2"]]`; a list of things is counted: `a.0.b`. */
export function flat(value: unknown, path = ""): [string, string][] {
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== "object" || one === null)) return [[path, value.map(String).join(", ")]];
    return value.flatMap((one, index) => flat(one, `${path}.${index}`));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return path ? [[path, "–"]] : [];
    return entries.flatMap(([name, one]) => flat(one, path ? `${path}.${name}` : name));
  }
  return [[path, value === "" ? "–" : String(value)]];
}
