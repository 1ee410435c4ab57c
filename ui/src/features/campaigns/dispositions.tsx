import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Checkbox, Group, Table, TextInput } from "@mantine/core";
import type { DispositionIn, DispositionInCampaign } from "@/shared/api/generated/model";

interface DispositionsProps {
  catalogue: readonly DispositionInCampaign[];
  value: readonly DispositionIn[];
  onChange: (rows: DispositionIn[]) => void;
}

/** Which of the trade's codes agents may choose, and the key of each. */
export function Dispositions({ catalogue, value, onChange }: DispositionsProps) {
  const { t, i18n } = useLingui();
  const chosen = new Map(value.map((row) => [row.code, row]));
  const known = new Map<string, DispositionIn>([...catalogue, ...value].map((row) => [row.code, row]));
  const label = (row: DispositionIn) => (i18n.locale === "tr" ? row.label_tr : row.label_en) || row.code;
  const toggle = (row: DispositionIn, on: boolean) =>
    onChange(on ? [...value, row] : value.filter((one) => one.code !== row.code));
  const key = (row: DispositionIn, typed: string) =>
    onChange(value.map((one) => (one.code === row.code ? { ...one, key: typed.slice(-1).toLowerCase() } : one)));
  return (
    <Table aria-label={t`Dispositions`} verticalSpacing={3}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Trans>Disposition</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>Key</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>What it means</Trans>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {[...known.values()]
          .filter((row) => !row.flags?.includes("not_offered"))
          .map((row) => (
            <Table.Tr key={row.code}>
              <Table.Td>
                <Checkbox
                  checked={chosen.has(row.code)}
                  label={label(row)}
                  onChange={(event) => toggle(row, event.currentTarget.checked)}
                />
              </Table.Td>
              <Table.Td>
                {chosen.has(row.code) ? (
                  <TextInput
                    aria-label={t`Key of ${label(row)}`}
                    onChange={(event) => key(row, event.currentTarget.value)}
                    size="xs"
                    value={chosen.get(row.code)?.key ?? ""}
                    w={52}
                  />
                ) : null}
              </Table.Td>
              <Table.Td>
                <Group gap={4}>
                  {(row.flags ?? []).map((flag) => (
                    <Badge key={flag} size="sm" variant="default">
                      {flag.replaceAll("_", " ")}
                    </Badge>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  );
}
