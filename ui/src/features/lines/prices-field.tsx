import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Input, NumberInput, Table, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { number } from "@/shared/time/format";
import { costOf, type PriceRow, priceFor } from "./prices";

interface PricesFieldProps {
  value: readonly PriceRow[];
  currency: string;
  onChange: (rows: PriceRow[]) => void;
  error?: string | undefined;
}

const EMPTY: PriceRow = { prefix: "", perMinute: "", firstS: 60, thenS: 60 };

/** What calls cost by the beginning of the number; and beside it what one number would cost, to see that it is right. */
export function PricesField({ value, currency, onChange, error }: PricesFieldProps) {
  const { t } = useLingui();
  const put = (index: number, change: Partial<PriceRow>) =>
    onChange(value.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <Input.Wrapper
      description={t`The longest beginning that fits a number has its price; an empty one fits all. Cheaper lines are taken first.`}
      error={error}
      label={t`Prices`}
      labelElement="div"
    >
      {value.length > 0 ? (
        <Table aria-label={t`Prices`} my={6} verticalSpacing={3} withRowBorders={false}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <Trans>Begins with</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>A minute</Trans> {currency}
              </Table.Th>
              <Table.Th>
                <Trans>Paid at least (s)</Trans>
              </Table.Th>
              <Table.Th>
                <Trans>Then every (s)</Trans>
              </Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {value.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; two may be the same while they are typed
              <Table.Tr key={index}>
                <Table.Td>
                  <TextInput
                    aria-label={t`Begins with, row ${index + 1}`}
                    inputMode="tel"
                    leftSection="+"
                    onChange={(event) => put(index, { prefix: event.currentTarget.value })}
                    placeholder={t`all others`}
                    size="xs"
                    value={row.prefix}
                  />
                </Table.Td>
                <Table.Td>
                  <TextInput
                    aria-label={t`A minute, row ${index + 1}`}
                    inputMode="decimal"
                    onChange={(event) => put(index, { perMinute: event.currentTarget.value })}
                    placeholder="0.0100"
                    size="xs"
                    value={row.perMinute}
                  />
                </Table.Td>
                <Table.Td>
                  <NumberInput
                    aria-label={t`Paid at least, row ${index + 1}`}
                    max={3600}
                    min={1}
                    onChange={(seconds) => put(index, { firstS: Number(seconds) || 1 })}
                    size="xs"
                    value={row.firstS}
                  />
                </Table.Td>
                <Table.Td>
                  <NumberInput
                    aria-label={t`Then every, row ${index + 1}`}
                    max={3600}
                    min={1}
                    onChange={(seconds) => put(index, { thenS: Number(seconds) || 1 })}
                    size="xs"
                    value={row.thenS}
                  />
                </Table.Td>
                <Table.Td>
                  <ActionIcon
                    aria-label={t`Without row ${index + 1}`}
                    onClick={() => onChange(value.filter((_, at) => at !== index))}
                    variant="subtle"
                  >
                    <IconX size={16} />
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
      <Group align="flex-end" justify="space-between" mt={6}>
        <Button
          leftSection={<IconPlus aria-hidden size={14} />}
          onClick={() => onChange([...value, EMPTY])}
          size="compact-sm"
          variant="default"
        >
          <Trans>Add a price</Trans>
        </Button>
        {value.length > 0 ? <Trial currency={currency} rows={value} /> : null}
      </Group>
    </Input.Wrapper>
  );
}

const TALK_S = 180;

function Trial({ rows, currency }: { rows: readonly PriceRow[]; currency: string }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const row = typed.replace(/\D/g, "").length > 2 ? priceFor(typed, rows) : null;
  return (
    <Group gap="xs">
      <TextInput
        aria-label={t`What would a call to this number cost?`}
        inputMode="tel"
        onChange={(event) => setTyped(event.currentTarget.value)}
        placeholder={t`Try a number`}
        size="xs"
        value={typed}
        w={170}
      />
      <Text aria-live="polite" className="tabular" miw={170} size="sm">
        {row ? (
          <Trans>
            3 minutes: {number(costOf(row, TALK_S), 4)} {currency}
          </Trans>
        ) : typed.length > 3 ? (
          <Trans>no price fits</Trans>
        ) : null}
      </Text>
    </Group>
  );
}
